import { isPrice, readNumber } from '../../domain/admission.ts';
import { SourceError } from '../../domain/errors.ts';
import { MINUTE } from '../../domain/time/bucket-width.ts';
import { epochUnitOf } from '../../domain/time/epoch-unit.ts';
import { parseRfc3339 } from '../../domain/time/rfc3339.ts';
import type { Outbound } from '../../outbound/client.ts';
import { type JsonAnswer, requestJson } from '../../outbound/json.ts';
import { RefusalError } from './refusal.ts';

/** A JSON object whose values are not validated yet. */
export type Fields = Readonly<Record<string, unknown>>;

export interface CallSettings {
  readonly outbound: Outbound;
  /** For one call, including redirects and the body. */
  readonly deadlineMs: number;
}

/** Requests a path below the base URL, and returns the body of a good response. */
export type Call = (path: string, query: Record<string, string>, signal: AbortSignal) => Promise<unknown>;

/** 720 candles take about 70 kB. */
const BODY_LIMIT_BYTES = 2 ** 19;

/** How exchanges word "too many requests", some in a response with status 200. */
const TOO_OFTEN = /rate.?limit|throttled|temporary lockout|too many requests/i;

/** Reduces an upstream's text to harmless characters, since readers see it. */
export function plain(text: string): string {
  return text.replaceAll(/[^\w :.,-]+/g, ' ').slice(0, 80);
}

function validate({ status, headers, body }: JsonAnswer, errorIn: (body: unknown) => string | undefined) {
  const error = errorIn(body);
  if (status === 403 || status === 451)
    throw new RefusalError('forbidden', `the source refuses: it answered ${status}`);
  if (status === 429 || (error !== undefined && TOO_OFTEN.test(error))) {
    const retryAfter = headers.get('retry-after') ?? undefined;
    throw new RefusalError('too_often', 'the source reports too many requests', retryAfter);
  }
  if (status !== 200) throw new SourceError('bad_status', `the source answered ${status}`);
  if (error !== undefined)
    throw new SourceError('unexpected_body', `the source sent an error: ${plain(error) || 'no message'}`);
  return body;
}

/** @param errorIn returns the error that a body reports in the exchange's format, if any; `rate limit` for that one. */
export function createCall(
  baseUrl: string,
  { outbound, deadlineMs }: CallSettings,
  errorIn: (body: unknown) => string | undefined,
): Call {
  const request = { deadlineMs, bodyLimit: BODY_LIMIT_BYTES };
  return async (path, query, signal) => {
    const url = new URL(baseUrl);
    url.pathname = url.pathname.replace(/\/+$/, '') + path;
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    return validate(await requestJson(outbound, url, request, signal), errorIn);
  };
}

/** Joins the text or list of texts in which an exchange reports an error. */
export function errorText(value: unknown): string {
  const parts: unknown[] = Array.isArray(value) ? value : [value];
  return parts.filter((part) => typeof part === 'string' || typeof part === 'number').join(' ');
}

function malformed(what: string): SourceError {
  return new SourceError('unexpected_body', `the source sent ${what}`);
}

export function objectOf(body: unknown): Fields {
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as Fields;
  throw malformed('JSON of an unexpected shape');
}

export function arrayOf(body: unknown): readonly unknown[] {
  if (Array.isArray(body)) return body;
  throw malformed('JSON of an unexpected shape');
}

export function priceOf(value: unknown): number {
  const price = readNumber(value) ?? Number.NaN;
  if (isPrice(price)) return price;
  throw malformed('something that is not a price');
}

/** Converts epoch seconds to milliseconds. Names a finer unit instead of taking it for a time in the far future. */
export function timeOf(value: unknown): number {
  const number = readNumber(value) ?? Number.NaN;
  const unit = epochUnitOf(number);
  if (unit !== undefined && unit !== 'seconds') throw malformed(`a time in ${unit} instead of seconds`);
  const time = Math.trunc(number * 1000);
  if (Number.isSafeInteger(time)) return time;
  throw malformed('something that is not a time');
}

/** Converts the start of a minute in epoch seconds to milliseconds. */
export function minuteOf(value: unknown): number {
  const time = timeOf(value);
  if (time % MINUTE === 0) return time;
  throw malformed('something that is not the start of a minute');
}

/** Converts an RFC 3339 time to epoch milliseconds. */
export function textTimeOf(value: unknown): number {
  const time = typeof value === 'string' && value.includes(':') ? parseRfc3339(value) : undefined;
  if (typeof time === 'number') return Math.trunc(time);
  const unit = epochUnitOf(readNumber(value) ?? Number.NaN);
  throw malformed(
    unit === undefined ? 'something that is not a time' : `a time in ${unit} instead of a date`,
  );
}
