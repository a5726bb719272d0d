/** An HTTP/1.1 response, parsed from raw bytes as strictly as RFC 9112 allows. */
export interface RawAnswer {
  readonly status: number;
  /** By lower-case names. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
  /** False if a chunked body has not ended yet. */
  readonly isWhole: boolean;
  /** The bytes after it. */
  readonly rest: Buffer;
}

function assertThat(condition: unknown, what: string, bytes: Buffer): asserts condition {
  if (!condition) throw new Error(`${what}: ${JSON.stringify(bytes.toString('latin1').slice(0, 300))}`);
}

/** RFC 9112, section 7.1, without extensions and trailers, which this service never sends. */
function readChunks(bytes: Buffer): { body: Buffer; isWhole: boolean; rest: Buffer } {
  const parts: Buffer[] = [];
  let at = 0;
  for (;;) {
    const end = bytes.indexOf('\r\n', at);
    if (end < 0) {
      assertThat(/^[\da-f]{0,8}\r?$/.test(bytes.toString('latin1', at)), 'no chunk size', bytes.subarray(at));
      return { body: Buffer.concat(parts), isWhole: false, rest: Buffer.alloc(0) };
    }
    const size = bytes.toString('latin1', at, end);
    assertThat(/^[\da-f]{1,8}$/.test(size), 'no chunk size', bytes.subarray(at));
    const start = end + 2;
    const length = Number.parseInt(size, 16);
    if (bytes.length < start + length + 2)
      return { body: Buffer.concat(parts), isWhole: false, rest: Buffer.alloc(0) };
    assertThat(
      bytes.toString('latin1', start + length, start + length + 2) === '\r\n',
      'a chunk has no end',
      bytes,
    );
    if (length === 0) return { body: Buffer.concat(parts), isWhole: true, rest: bytes.subarray(start + 2) };
    parts.push(bytes.subarray(start, start + length));
    at = start + length + 2;
  }
}

/**
 * Parses the first response in these bytes.
 *
 * @param method of the request that it answers.
 * @throws Error if it is not HTTP, or is incomplete.
 */
export function readAnswer(bytes: Buffer, method = 'GET'): RawAnswer {
  const headEnd = bytes.indexOf('\r\n\r\n');
  assertThat(headEnd > 0, 'no head', bytes);
  const [statusLine = '', ...lines] = bytes.toString('latin1', 0, headEnd).split('\r\n');
  const [, code] = /^HTTP\/1\.1 (\d{3}) [\x20-\x7e]+$/.exec(statusLine) ?? [];
  assertThat(code !== undefined, 'no status line', bytes);
  const headers = new Map<string, string>();
  for (const line of lines) {
    const [, name = '', value = ''] = /^([\w!#$%&'*+.^`|~-]+):[ \t]*([\x20-\x7e]*)$/.exec(line) ?? [];
    assertThat(name !== '', `not a header line: ${line}`, bytes);
    assertThat(!headers.has(name.toLowerCase()), `${name} appears twice`, bytes);
    headers.set(name.toLowerCase(), value);
  }
  assertThat(headers.has('date'), 'no date', bytes);
  const status = Number(code);
  const after = bytes.subarray(headEnd + 4);
  const length = headers.get('content-length');
  const isChunked = headers.get('transfer-encoding') === 'chunked';
  assertThat(!(isChunked && length !== undefined), 'two lengths', bytes);
  if (method === 'HEAD' || status === 304 || status === 204) {
    return { status, headers, body: Buffer.alloc(0), isWhole: true, rest: after };
  }
  if (isChunked) return { status, headers, ...readChunks(after) };
  assertThat(/^\d+$/.test(length ?? ''), 'no length', bytes);
  assertThat(after.length >= Number(length), 'the body is incomplete', bytes);
  const body = after.subarray(0, Number(length));
  return { status, headers, body, isWhole: true, rest: after.subarray(Number(length)) };
}
