import { SourceError } from '../../domain/errors.ts';
import { isPrice, readNumber } from '../../domain/gate.ts';
import { MINUTE } from '../../domain/time/bucket-width.ts';
import { epochUnitOf } from '../../domain/time/epoch-unit.ts';
import { parseRfc3339 } from '../../domain/time/rfc3339.ts';
import type { Outbound } from '../../outbound/client.ts';
import { type JsonAnswer, requestJson } from '../../outbound/json.ts';
import { RefusalError } from './refusal.ts';

/** A JSON object of a venue's, with nothing known about its values yet. */
export type Fields = Readonly<Record<string, unknown>>;

export interface CallSettings {
  readonly outbound: Outbound;
  /** What the service calls itself: a name and a version. */
  readonly userAgent: string;
  /** For one call with all that belongs to it. Milliseconds. */
  readonly deadline: number;
}

/** Asks below a venue's base address, and gives a good answer's body. */
export type Call = (path: string, query: Record<string, string>, signal: AbortSignal) => Promise<unknown>;

/** 720 candles are some 70 kB. Bytes. */
const BODY_LIMIT = 2 ** 19;

/** How venues say "too often" in their own words, some of them in an answer of 200. */
const TOO_OFTEN = /rate.?limit|throttled|temporary lockout|too many requests|^400\.002\b/i;

/** Of a venue's own words only what is plain: they are shown to readers. */
export function plain(words: string): string {
  return words.replaceAll(/[^\w :.,-]+/g, ' ').slice(0, 80);
}

function judge({ status, headers, body }: JsonAnswer, errorIn: (body: unknown) => string | undefined) {
  const words = errorIn(body);
  const retryAfter = headers.get('retry-after') ?? undefined;
  if (status === 403 || status === 451)
    throw new RefusalError('forbidden', `the source refuses: it answered ${status}`);
  if (status === 429 || (words !== undefined && TOO_OFTEN.test(words)))
    throw new RefusalError('too_often', 'the source says that it is asked too often', retryAfter);
  if (status !== 200) throw new SourceError('bad_status', `the source answered ${status}`);
  if (words !== undefined)
    throw new SourceError('unexpected_body', `the source sent an error: ${plain(words) || 'without words'}`);
  return body;
}

/**
 * @param base everything before a call's own path.
 * @param errorIn the venue's own words, where a body is an error of its format.
 */
export function createCall(
  base: string,
  { outbound, userAgent, deadline }: CallSettings,
  errorIn: (body: unknown) => string | undefined,
): Call {
  const request = { deadlineMs: deadline, bodyLimit: BODY_LIMIT, headers: { 'user-agent': userAgent } };
  return async (path, query, signal) => {
    const url = new URL(base);
    url.pathname = url.pathname.replace(/\/+$/, '') + path;
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    return judge(await requestJson(outbound, url, request, signal), errorIn);
  };
}

/** The text, or texts, that a venue tells its error in; empty where they are none. */
export function wordsOf(value: unknown): string {
  const parts: unknown[] = Array.isArray(value) ? value : [value];
  return parts.filter((part) => typeof part === 'string' || typeof part === 'number').join(' ');
}

function malformed(what: string): SourceError {
  return new SourceError('unexpected_body', `the source sent ${what}`);
}

export function fieldsOf(body: unknown): Fields {
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as Fields;
  throw malformed('JSON of another form than it should');
}

export function listOf(body: unknown): readonly unknown[] {
  if (Array.isArray(body)) return body;
  throw malformed('JSON of another form than it should');
}

/** By the rules of the gate: what is no price there is none here. */
export function priceOf(value: unknown): number {
  const price = readNumber(value) ?? Number.NaN;
  if (isPrice(price)) return price;
  throw malformed('something that is not a price');
}

/** Seconds since the epoch, to milliseconds. A finer unit is named, as the time would be in a far future. */
export function timeOf(value: unknown): number {
  const number = readNumber(value) ?? Number.NaN;
  const unit = epochUnitOf(number);
  if (unit !== undefined && unit !== 'seconds') throw malformed(`a time in ${unit} instead of seconds`);
  const time = Math.trunc(number * 1000);
  if (Number.isSafeInteger(time)) return time;
  throw malformed('something that is not a time');
}

/** The start of a minute in seconds since the epoch, to milliseconds. */
export function minuteOf(value: unknown): number {
  const time = timeOf(value);
  if (time % MINUTE === 0) return time;
  throw malformed('something that is not the start of a minute');
}

/** RFC 3339 with a time of day, to epoch milliseconds. */
export function textTimeOf(value: unknown): number {
  const time = typeof value === 'string' && value.includes(':') ? parseRfc3339(value) : undefined;
  if (typeof time === 'number') return Math.trunc(time);
  const unit = epochUnitOf(readNumber(value) ?? Number.NaN);
  throw malformed(
    unit === undefined ? 'something that is not a time' : `a time in ${unit} instead of a date`,
  );
}
