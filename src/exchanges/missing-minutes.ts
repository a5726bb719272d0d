import { MINUTE } from './exchange.ts';
import type { PricePoint } from './price-agreement.ts';

/** How far back minutes without a price are filled. Milliseconds. */
const FILLED_BACK = 24 * 60 * MINUTE;

/** How long a minute is over before it is asked for: venues need a moment to close a candle. Milliseconds. */
const SETTLED = 10_000;

/** The sample of a minute is at its end: the close less one millisecond, which is in it. */
export function timeOfClose(minute: number): number {
  return minute + MINUTE - 1;
}

/**
 * The whole minutes of the last 24 hours that are over since ten seconds and have no price, oldest
 * first: their starts, in epoch milliseconds.
 */
export function minutesWithoutPrice(kept: readonly PricePoint[], now: number): number[] {
  const priced = new Set(kept.map(({ time }) => Math.floor(time / MINUTE)));
  const first = Math.ceil((now - FILLED_BACK) / MINUTE);
  const end = Math.floor((now - SETTLED) / MINUTE);
  const count = Math.max(0, end - first);
  const minutes = Array.from({ length: count }, (_, index) => first + index);
  return minutes.filter((minute) => !priced.has(minute)).map((minute) => minute * MINUTE);
}
