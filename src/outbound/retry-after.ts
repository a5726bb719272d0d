import { HOUR } from '../domain/time/time.ts';

/** The longest wait before a source gets the next request, whatever it asks for. */
export const MAX_BACK_OFF_MS = HOUR;

/** RFC 9110, section 5.6.7: the preferred format. */
const HTTP_DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/**
 * Reads `Retry-After` (RFC 9110, section 10.2.3): seconds or a date.
 *
 * @param now epoch milliseconds.
 * @returns milliseconds from `now`, between 0 and an hour; `undefined` without a valid header.
 */
export function readRetryAfter(header: string | null, now: number): number | undefined {
  if (header === null) return undefined;
  let waitMs = Number.NaN;
  if (/^\d{1,12}$/.test(header)) waitMs = Number(header) * 1000;
  else if (HTTP_DATE.test(header)) waitMs = Date.parse(header) - now;
  return Number.isNaN(waitMs) ? undefined : Math.min(Math.max(0, waitMs), MAX_BACK_OFF_MS);
}
