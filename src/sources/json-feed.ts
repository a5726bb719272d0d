import { SourceError } from '../domain/errors.ts';

export interface JsonRequest {
  /** For everything together: connecting, redirects, head and body. Milliseconds. */
  readonly deadline: number;
  /** Of the body as it is decoded, so that a small compressed body cannot become a large one. Bytes. */
  readonly bodyLimit: number;
  /** Sent beside `Accept`, and to the same host only. */
  readonly headers?: Readonly<Record<string, string>>;
}

export const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const MOST_REDIRECTS = 3;

/** Where a redirect leads, if that is the same host: another one was never chosen by the operator. */
function redirectTarget(response: Response, from: URL): URL {
  const location = response.headers.get('location');
  const to = location === null ? null : URL.parse(location, from);
  const isSafer = from.protocol === 'http:' && to?.protocol === 'https:' && to.hostname === from.hostname;
  if (to && (to.origin === from.origin || isSafer)) return to;
  throw new SourceError('redirected', 'the source redirects to another host, or nowhere');
}

async function open(url: URL, ownHeaders: JsonRequest['headers'], signal: AbortSignal): Promise<Response> {
  let target = url;
  const headers = { accept: 'application/json', ...ownHeaders };
  for (let hops = 0; hops <= MOST_REDIRECTS; hops += 1) {
    const response = await fetch(target, { headers, redirect: 'manual', signal });
    if (!REDIRECTS.has(response.status)) return response;
    await response.body?.cancel();
    target = redirectTarget(response, target);
  }
  throw new SourceError('redirected', 'the source redirects without end');
}

/** The bytes of a body, counted as they are decoded; `undefined` where there are more than `limit`. */
export async function readBody(response: Response, limit: number): Promise<Buffer | undefined> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body ?? []) {
    size += part.byteLength;
    if (size > limit) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** No feed is nested deeper; and parsing millions of brackets would hold the event loop for seconds. */
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
    throw new SourceError('unexpected_body', 'the source sent something nested beyond measure');
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw new SourceError('unexpected_body', 'the source sent something that is not JSON', { cause });
  }
}

/** One exchange of request and answer, ended with all that it opened at the deadline. */
async function converse<T>(
  url: URL,
  request: JsonRequest,
  signal: AbortSignal,
  read: (response: Response) => Promise<T>,
): Promise<T> {
  const deadline = AbortSignal.timeout(request.deadline);
  // Aborted at the end in any case, so that no body is left open.
  const end = new AbortController();
  try {
    return await read(await open(url, request.headers, AbortSignal.any([signal, deadline, end.signal])));
  } catch (cause) {
    signal.throwIfAborted();
    if (cause instanceof SourceError) throw cause;
    const seconds = request.deadline / 1000;
    if (deadline.aborted)
      throw new SourceError('timeout', `the source took more than ${seconds} s`, { cause });
    throw new SourceError('unreachable', 'the source cannot be reached, or broke off', { cause });
  } finally {
    end.abort();
  }
}

async function readJson(response: Response, limit: number): Promise<unknown> {
  const bytes = await readBody(response, limit);
  if (!bytes) throw new SourceError('too_large', `the source sent more than ${limit / 2 ** 20} MiB`);
  return parse(bytes);
}

export interface JsonFeedAnswer {
  readonly headers: Headers;
  readonly body: unknown;
}

/**
 * Gets a JSON document once, by the platform's fetch. Nothing is tried again here: the next refresh does.
 *
 * @throws SourceError; when `signal` ends it, the signal's reason.
 */
export function getJson(url: URL, request: JsonRequest, signal: AbortSignal): Promise<JsonFeedAnswer> {
  return converse(url, request, signal, async (response) => {
    if (response.status !== 200)
      throw new SourceError('bad_status', `the source answered ${response.status}`);
    return { headers: response.headers, body: await readJson(response, request.bodyLimit) };
  });
}

export interface JsonReply extends JsonFeedAnswer {
  /** Not a redirect's: these are followed, on the same host. */
  readonly status: number;
}

/** An error's body says why in a line or two. Bytes. */
const ERROR_BODY_LIMIT = 2 ** 16;

/**
 * As `getJson`, for who tells statuses apart: any status is an answer. The body of another one than
 * 200 is `undefined` where it is not JSON, or does not come: the status was heard.
 *
 * @throws SourceError; when `signal` ends it, the signal's reason.
 */
export function askJson(url: URL, request: JsonRequest, signal: AbortSignal): Promise<JsonReply> {
  return converse(url, request, signal, async (response) => {
    const { status, headers } = response;
    if (status === 200) return { status, headers, body: await readJson(response, request.bodyLimit) };
    const body = await readJson(response, ERROR_BODY_LIMIT).catch(() => undefined);
    signal.throwIfAborted();
    return { status, headers, body };
  });
}
