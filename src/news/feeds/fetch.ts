import { SourceError } from '../../domain/errors.ts';
import { decompress } from '../../outbound/body.ts';
import type { Outbound } from '../../outbound/client.ts';
import { OutboundError } from '../../outbound/fault.ts';
import { readRetryAfter } from '../../outbound/retry-after.ts';
import type { ActualCharset } from './charset.ts';
import { type BodyKind, compressionOf, kindOf } from './content-sniffing.ts';
import type { FeedParser } from './parser.ts';
import type { ParsedDocument } from './parser-thread.ts';

/** The validators of a feed's newest body, for conditional requests (RFC 9110, 13.1). */
export interface Validators {
  readonly etag?: string;
  readonly lastModified?: string;
}

export type FeedAnswer =
  | ({ readonly kind: 'items'; readonly validators: Validators } & ParsedDocument)
  | { readonly kind: 'not_modified' }
  | {
      readonly kind: 'fault';
      /** One line that may be shown to users, as a continuation of the feed's name: "answered 403". */
      readonly reason: string;
      readonly retryAfterMs?: number;
    };

export interface FeedRequest {
  readonly outbound: Outbound;
  readonly address: string;
  readonly validators: Validators;
  /** The charset found in earlier bodies. */
  readonly charset?: ActualCharset | undefined;
  readonly parser: FeedParser;
  /** Including redirects, body and parsing. */
  readonly deadlineMs: number;
  /** The clock, in epoch milliseconds, for a date in `Retry-After`. */
  readonly now: number;
  /** Ends the request, which then rejects with the signal's reason. */
  readonly signal: AbortSignal;
}

/** The limit of a decompressed body. The largest known feeds have about 300 kB. */
const BODY_LIMIT_BYTES = 2 * 2 ** 20;
const MAX_VALIDATOR_CHARACTERS = 500;

const ACCEPT =
  'application/rss+xml, application/atom+xml, application/rdf+xml, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.1';

/** A valid header value (RFC 9110, 5.5), since saved validators may contain anything. */
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

function headersOf({ etag, lastModified }: Validators): Record<string, string> {
  const headers = { accept: ACCEPT, 'if-none-match': etag, 'if-modified-since': lastModified };
  const sent = Object.entries(headers).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && HEADER_VALUE.test(entry[1]),
  );
  return Object.fromEntries(sent);
}

/** Bodies that are not parsed. Their first bytes decide, since `Content-Type` is often wrong. */
const NO_FEEDS: Partial<Record<BodyKind, string>> = {
  page: 'sent a web page instead of a feed',
  json: 'sent JSON instead of a feed',
  nothing: 'sent nothing',
};

function validatorsOf(headers: Headers): Validators {
  const read = (name: string): string => headers.get(name) ?? '';
  const isValid = (value: string) => value !== '' && value.length <= MAX_VALIDATOR_CHARACTERS;
  const [etag, lastModified] = [read('etag'), read('last-modified')];
  return { ...(isValid(etag) && { etag }), ...(isValid(lastModified) && { lastModified }) };
}

async function fetchOnce(request: FeedRequest, signal: AbortSignal): Promise<FeedAnswer> {
  const { status, headers, url, body } = await request.outbound.request(
    new URL(request.address),
    {
      deadlineMs: request.deadlineMs,
      bodyLimit: BODY_LIMIT_BYTES,
      errorBodyLimit: 0,
      headers: headersOf(request.validators),
      redirects: 'any_host',
    },
    request.signal,
  );
  const isConditional = Object.keys(request.validators).length > 0;
  if (status === 304 && isConditional) return { kind: 'not_modified' };
  if (!body) {
    const retryAfterMs = readRetryAfter(headers.get('retry-after'), request.now);
    return {
      kind: 'fault',
      reason: `answered ${status}`,
      ...(retryAfterMs !== undefined && { retryAfterMs }),
    };
  }
  const contentType = headers.get('content-type') ?? '';
  const compression = compressionOf(body);
  const bytes = compression === undefined ? body : await decompress(body, compression, BODY_LIMIT_BYTES);
  const refusal = NO_FEEDS[kindOf(bytes)];
  if (refusal !== undefined) throw new SourceError('unexpected_body', refusal);
  const document = {
    // A copy, since the memory is transferred to the thread, and Buffers share theirs.
    bytes: new Uint8Array(bytes),
    contentType,
    address: url.href,
    ...(request.charset && { charset: request.charset }),
  };
  const parsed = await request.parser.parse(document, signal);
  if (parsed.items.length === 0 && parsed.unusable > 0)
    throw new SourceError(
      'all_rejected',
      `sent ${parsed.refusedDates ?? 'no item that has a title and a date'}`,
    );
  return { kind: 'items', ...parsed, validators: validatorsOf(headers) };
}

function reasonOf(cause: unknown): string {
  if (cause instanceof OutboundError) return cause.reason;
  return cause instanceof SourceError ? cause.message : 'cannot be read';
}

/** Fetches a feed once, without retries. A failure is returned, not thrown. */
export async function fetchFeed(request: FeedRequest): Promise<FeedAnswer> {
  const deadline = AbortSignal.timeout(request.deadlineMs);
  try {
    return await fetchOnce(request, AbortSignal.any([request.signal, deadline]));
  } catch (cause) {
    request.signal.throwIfAborted();
    const isLate = deadline.aborted && !(cause instanceof SourceError);
    return {
      kind: 'fault',
      reason: isLate ? `took more than ${request.deadlineMs / 1000} s` : reasonOf(cause),
    };
  }
}
