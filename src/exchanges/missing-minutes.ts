import { DAY, MINUTE } from '../domain/time/bucket-width.ts';
import type { PricePoint } from './price-agreement.ts';

/** Exchanges need a moment to close a candle. */
const SETTLE_MS = 10_000;

/** The time of a minute's sample: one millisecond before its end, so that it is in the minute. */
export function timeOfClose(minute: number): number {
  return minute + MINUTE - 1;
}

/**
 * The starts of the whole minutes of the last 24 hours without a stored price, oldest first, in epoch milliseconds.
 * Minutes that ended less than ten seconds ago are left out.
 */
export function minutesWithoutPrice(stored: readonly PricePoint[], now: number): number[] {
  const priced = new Set(stored.map(({ time }) => Math.floor(time / MINUTE)));
  const first = Math.ceil((now - DAY) / MINUTE);
  const end = Math.floor((now - SETTLE_MS) / MINUTE);
  const minutes = Array.from({ length: Math.max(0, end - first) }, (_, index) => first + index);
  return minutes.filter((minute) => !priced.has(minute)).map((minute) => minute * MINUTE);
}
