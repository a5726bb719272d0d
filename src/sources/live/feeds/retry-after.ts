import { readDate } from './dates.ts';

/** However long a source wants to be left alone, it is asked again after this. Milliseconds. */
export const LONGEST_REST = 3_600_000;

/** How long a source asks to be left alone (RFC 9110, 10.2.3), 0 included; `undefined` where it does not say. Milliseconds. */
export function readRetryAfter(header: string | null, now: number): number | undefined {
  if (header === null) return undefined;
  const until = /^\d{1,10}$/.test(header) ? now + Number(header) * 1000 : readDate(header);
  return until === undefined ? undefined : Math.min(Math.max(0, until - now), LONGEST_REST);
}
