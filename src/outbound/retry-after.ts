import { HOUR } from '../domain/time/time.ts';

/** However long a source wants to be left alone, it is asked again after this. Milliseconds. */
export const LONGEST_REST = HOUR;

/** RFC 9110, section 5.6.7, the preferred form: others are not sent any more. */
const HTTP_DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/**
 * How long a source asks to be left alone (RFC 9110, section 10.2.3), from `now` on: milliseconds, 0 included, at most
 * an hour; `undefined` where it does not say.
 *
 * @param header as it came: seconds, or a date.
 * @param now epoch milliseconds.
 */
export function readRetryAfter(header: string | null, now: number): number | undefined {
  if (header === null) return undefined;
  let wait = Number.NaN;
  if (/^\d{1,12}$/.test(header)) wait = Number(header) * 1000;
  else if (HTTP_DATE.test(header)) wait = Date.parse(header) - now;
  return Number.isNaN(wait) ? undefined : Math.min(Math.max(0, wait), LONGEST_REST);
}
