import { SourceError } from '../domain/errors.ts';
import type { Outbound, OutboundAnswer } from './client.ts';

export interface JsonRequest {
  /** For everything together. Milliseconds. */
  readonly deadline: number;
  /** Of the body as it is decompressed. Bytes. */
  readonly bodyLimit: number;
  /** Sent beside `Accept`. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface JsonAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

/** No JSON that is asked for is nested deeper; and parsing millions of brackets would hold the event loop for seconds. */
const MOST_DEPTH = 16;

/** Up to this size, more than a day of samples, even brackets alone are parsed in a twentieth of a second. Bytes. */
const HARMLESS = 2 ** 19;

function isTooDeep(bytes: Uint8Array): boolean {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (byte === 0x22) inString = !inString;
    else if (inString) at += byte === 0x5c ? 1 : 0;
    else if (byte === 0x5b || byte === 0x7b) depth += 1;
    else if (byte === 0x5d || byte === 0x7d) depth -= 1;
    if (depth > MOST_DEPTH) return true;
  }
  return false;
}

function parse(bytes: Buffer): unknown {
  if (bytes.length > HARMLESS && isTooDeep(bytes))
    throw new SourceError('unexpected_body', 'the source sent JSON that is nested too deep');
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw new SourceError('unexpected_body', 'the source sent something that is not JSON', { cause });
  }
}

/** An error's body says why in a line or two. Bytes. */
const ERROR_BODY_LIMIT = 2 ** 16;

function parseError(body: Buffer | undefined): unknown {
  try {
    return body && parse(body);
  } catch {
    return undefined;
  }
}

/**
 * Gets a JSON document once, over redirects on the same host. Any status is an answer; the body of one other than 200 is
 * `undefined` where it is not JSON or does not arrive.
 *
 * @throws SourceError; when `signal` ends it, the signal's reason.
 */
export async function askJson(
  outbound: Outbound,
  url: URL,
  { deadline, bodyLimit, headers }: JsonRequest,
  signal: AbortSignal,
): Promise<JsonAnswer> {
  const answer: OutboundAnswer = await outbound.request(
    url,
    {
      deadlineMs: deadline,
      bodyLimit,
      errorBodyLimit: ERROR_BODY_LIMIT,
      headers: { accept: 'application/json', ...headers },
      redirects: 'same_host',
    },
    signal,
  );
  const { status, body } = answer;
  const parsed = status === 200 && body ? parse(body) : parseError(body);
  return { status, headers: answer.headers, body: parsed };
}

/** As `askJson`, where only 200 is an answer. @throws SourceError; when `signal` ends it, the signal's reason. */
export async function getJson(
  outbound: Outbound,
  url: URL,
  request: JsonRequest,
  signal: AbortSignal,
): Promise<JsonAnswer> {
  const answer = await askJson(outbound, url, request, signal);
  if (answer.status !== 200) throw new SourceError('bad_status', `the source answered ${answer.status}`);
  return answer;
}
