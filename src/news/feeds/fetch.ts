import { SourceError } from '../../domain/errors.ts';
import { decompress } from '../../outbound/body.ts';
import type { Outbound } from '../../outbound/client.ts';
import { OutboundError } from '../../outbound/fault.ts';
import { readRetryAfter } from '../../outbound/retry-after.ts';
import type { ActualCharset } from './charset.ts';
import { type BodyKind, compressionOf, kindOf } from './content-sniffing.ts';
import type { FeedParser } from './parser.ts';
import type { ParsedDocument } from './parser-thread.ts';

/** What a feed gave along with its newest body, to be asked with the next time (RFC 9110, 13.1). */
export interface Validators {
  readonly etag?: string;
  readonly lastModified?: string;
}

export type FeedAnswer =
  | ({ readonly kind: 'items'; readonly validators: Validators } & ParsedDocument)
  | { readonly kind: 'not_modified' }
  | {
      readonly kind: 'fault';
      /** One line that goes on from the feed's name, fit for readers: "answered 403". */
      readonly reason: string;
      /** How long it asks to be left alone, 0 included. Milliseconds. */
      readonly retryAfter?: number;
    };

export interface FeedRequest {
  readonly outbound: Outbound;
  readonly address: string;
  readonly validators: Validators;
  /** What was remembered of its encoding. */
  readonly charset?: ActualCharset | undefined;
  readonly userAgent: string;
  readonly parser: FeedParser;
  /** For everything together: redirects, head, body and parsing. Milliseconds. */
  readonly deadline: number;
  /** The clock, in epoch milliseconds: what a date in `Retry-After` is held against. */
  readonly now: number;
  /** Ends it. Its reason is what the promise then rejects with. */
  readonly signal: AbortSignal;
}

/** Of a body as it is decoded. The largest feeds seen have some 300 kB. Bytes. */
const MOST_BYTES = 2 * 2 ** 20;
/** Longer ones are not sent back. Characters. */
const LONGEST_VALIDATOR = 500;

const ACCEPT =
  'application/rss+xml, application/atom+xml, application/rdf+xml, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.1';

/** What may stand in a header (RFC 9110, 5.5). What was remembered may hold anything. */
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

function headersOf({ validators: { etag, lastModified }, userAgent }: FeedRequest): Record<string, string> {
  const headers = {
    accept: ACCEPT,
    'user-agent': userAgent,
    'if-none-match': etag,
    'if-modified-since': lastModified,
  };
  const sent = Object.entries(headers).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && HEADER_VALUE.test(entry[1]),
  );
  return Object.fromEntries(sent);
}

/** What is no feed by its first bytes is not parsed. The type that it is sent with is wrong too often to be asked. */
const NO_FEEDS: Partial<Record<BodyKind, string>> = {
  page: 'sent a web page in place of a feed',
  json: 'sent JSON in place of a feed',
  nothing: 'sent nothing',
};

function refuseOthers(bytes: Uint8Array): void {
  const reason = NO_FEEDS[kindOf(bytes)];
  if (reason !== undefined) throw new SourceError('unexpected_body', reason);
}

function validatorsOf(headers: Headers): Validators {
  const read = (name: string): string | undefined => {
    const value = headers.get(name);
    return value !== null && value.length <= LONGEST_VALIDATOR ? value : undefined;
  };
  const [etag, lastModified] = [read('etag'), read('last-modified')];
  return { ...(etag ? { etag } : {}), ...(lastModified ? { lastModified } : {}) };
}

async function ask(request: FeedRequest, signal: AbortSignal): Promise<FeedAnswer> {
  const { status, headers, url, body } = await request.outbound.request(
    new URL(request.address),
    {
      deadlineMs: request.deadline,
      bodyLimit: MOST_BYTES,
      errorBodyLimit: 0,
      headers: headersOf(request),
      redirects: 'any_host',
    },
    request.signal,
  );
  const isConditional = Object.keys(request.validators).length > 0;
  if (status === 304 && isConditional) return { kind: 'not_modified' };
  if (!body) {
    const retryAfter = readRetryAfter(headers.get('retry-after'), request.now);
    const wait = retryAfter === undefined ? {} : { retryAfter };
    return { kind: 'fault', reason: `answered ${status}`, ...wait };
  }
  const contentType = headers.get('content-type') ?? '';
  const compression = compressionOf(body);
  const bytes = compression === undefined ? body : await decompress(body, compression, MOST_BYTES);
  refuseOthers(bytes);
  const document = {
    // A copy of its own, since what is handed to another thread is gone here, and Buffers share memory.
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

/** Asks a feed once. Nothing is tried again here; a fault is an answer too. */
export async function askFeed(request: FeedRequest): Promise<FeedAnswer> {
  const deadline = AbortSignal.timeout(request.deadline);
  try {
    return await ask(request, AbortSignal.any([request.signal, deadline]));
  } catch (cause) {
    request.signal.throwIfAborted();
    const late = `took more than ${request.deadline / 1000} s`;
    return {
      kind: 'fault',
      reason: deadline.aborted && !(cause instanceof SourceError) ? late : reasonOf(cause),
    };
  }
}
