import { SourceError } from '../../../domain/errors.ts';
import { REDIRECTS, readBody } from '../../json-feed.ts';
import { readRetryAfter } from '../retry-after.ts';
import { mayLead } from './addresses.ts';
import type { ActualCharset } from './charset.ts';
import type { FeedParser } from './parser.ts';
import type { ParsedDocument } from './parser-thread.ts';
import { type BodyKind, kindOf } from './sniff.ts';

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
const MOST_REDIRECTS = 3;
/** Longer ones are not sent back. Characters. */
const LONGEST_VALIDATOR = 500;

const ACCEPT =
  'application/rss+xml, application/atom+xml, application/rdf+xml, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.1';

async function open(request: FeedRequest, signal: AbortSignal): Promise<Response> {
  const { etag, lastModified } = request.validators;
  const headers = {
    accept: ACCEPT,
    'user-agent': request.userAgent,
    ...(etag === undefined ? {} : { 'if-none-match': etag }),
    ...(lastModified === undefined ? {} : { 'if-modified-since': lastModified }),
  };
  const feed = new URL(request.address);
  let target = feed;
  for (let hops = 0; hops <= MOST_REDIRECTS; hops += 1) {
    const response = await fetch(target, { headers, redirect: 'manual', signal });
    if (!REDIRECTS.has(response.status)) return response;
    await response.body?.cancel();
    const next = URL.parse(response.headers.get('location') ?? 'none:', target);
    if (!next || !(await mayLead(feed, next)))
      throw new SourceError('redirected', 'redirects to where a feed must not lead');
    target = next;
  }
  throw new SourceError('redirected', 'redirects without end');
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
  const response = await open(request, signal);
  const isConditional = Object.keys(request.validators).length > 0;
  if (response.status === 304 && isConditional) return { kind: 'not_modified' };
  if (response.status !== 200) {
    const retryAfter = readRetryAfter(response.headers.get('retry-after'), request.now);
    const wait = retryAfter === undefined ? {} : { retryAfter };
    return { kind: 'fault', reason: `answered ${response.status}`, ...wait };
  }
  const body = await readBody(response, MOST_BYTES);
  if (!body) throw new SourceError('too_large', `sent more than ${MOST_BYTES / 2 ** 20} MiB`);
  const contentType = response.headers.get('content-type') ?? '';
  refuseOthers(body);
  // A copy of its own, since what is handed to another thread is gone here, and Buffers share memory.
  const document = {
    bytes: new Uint8Array(body),
    contentType,
    address: response.url || request.address,
    ...(request.charset && { charset: request.charset }),
  };
  const parsed = await request.parser.parse(document, signal);
  if (parsed.items.length === 0 && parsed.unusable > 0)
    throw new SourceError(
      'all_rejected',
      `sent ${parsed.refusedDates ?? 'no item that has a title and a date'}`,
    );
  return { kind: 'items', ...parsed, validators: validatorsOf(response.headers) };
}

/** Asks a feed once. Nothing is tried again here; a fault is an answer too. */
export async function askFeed(request: FeedRequest): Promise<FeedAnswer> {
  const deadline = AbortSignal.timeout(request.deadline);
  // Aborted at the end in any case, so that no body is left open.
  const end = new AbortController();
  const signal = AbortSignal.any([request.signal, deadline, end.signal]);
  const ended = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  try {
    // Against the end, since the look-up of a name cannot be ended.
    return await Promise.race([ask(request, signal), ended]);
  } catch (cause) {
    request.signal.throwIfAborted();
    if (cause instanceof SourceError) return { kind: 'fault', reason: cause.message };
    const late = `took more than ${request.deadline / 1000} s`;
    return { kind: 'fault', reason: deadline.aborted ? late : 'cannot be reached, or broke off' };
  } finally {
    end.abort();
  }
}
