import { SourceError } from '../domain/errors.ts';
import type { Outbound } from './client.ts';

export interface JsonRequest {
  /** For everything, from the name lookup to the end of the body. */
  readonly deadlineMs: number;
  /** For the body, in bytes, before and after decompression. */
  readonly bodyLimit: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** An earlier body, which is not parsed again. */
  readonly earlier?: Buffer | undefined;
}

export interface JsonAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
  /** The body's bytes; `earlier` itself if they are the same, and `body` is `undefined` then. */
  readonly bytes: Buffer | undefined;
}

/** Deeper than any expected JSON. Parsing millions of brackets would hold the event loop for seconds. */
const MAX_DEPTH = 16;

/** Up to this size, which is more than a day of samples, even brackets alone are parsed in 50 ms. */
const ALWAYS_PARSED_BYTES = 2 ** 19;

function isTooDeep(bytes: Uint8Array): boolean {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (byte === 0x22) inString = !inString;
    else if (inString) at += byte === 0x5c ? 1 : 0;
    else if (byte === 0x5b || byte === 0x7b) depth += 1;
    else if (byte === 0x5d || byte === 0x7d) depth -= 1;
    if (depth > MAX_DEPTH) return true;
  }
  return false;
}

function parse(bytes: Buffer): unknown {
  if (bytes.length > ALWAYS_PARSED_BYTES && isTooDeep(bytes))
    throw new SourceError('unexpected_body', 'the source sent JSON that is nested too deeply');
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw new SourceError('unexpected_body', 'the source sent something that is not JSON', { cause });
  }
}

const ERROR_BODY_LIMIT = 2 ** 16;

function parseError(body: Buffer | undefined): unknown {
  try {
    return body && parse(body);
  } catch {
    return undefined;
  }
}

/**
 * Requests a JSON document, following redirects on the same host. Returns whatever status arrives; unless it is 200, an
 * invalid or missing body is `undefined`.
 *
 * @throws SourceError; the reason of `signal` once that is aborted.
 */
export async function requestJson(
  outbound: Outbound,
  url: URL,
  { deadlineMs, bodyLimit, headers, earlier }: JsonRequest,
  signal: AbortSignal,
): Promise<JsonAnswer> {
  const request = {
    deadlineMs,
    bodyLimit,
    errorBodyLimit: ERROR_BODY_LIMIT,
    headers: { accept: 'application/json', ...headers },
    redirects: 'same_host',
  } as const;
  const { status, headers: answered, body: bytes } = await outbound.request(url, request, signal);
  const answer = { status, headers: answered, bytes };
  if (status !== 200 || !bytes) return { ...answer, body: parseError(bytes) };
  if (earlier?.equals(bytes)) return { ...answer, bytes: earlier, body: undefined };
  return { ...answer, body: parse(bytes) };
}
