import { HOUR } from './time.ts';

/** Epoch milliseconds. `from` is inclusive, `to` exclusive. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** The starts of the three hours up to the hour of `newest`, in epoch milliseconds, oldest first. */
export function threeHourStarts(newest: number): readonly [number, number, number] {
  const last = Math.floor(newest / HOUR) * HOUR;
  return [last - 2 * HOUR, last - HOUR, last];
}

/**
 * The range of these three whole hours. It ends after `latest` if that is earlier, so that samples which another writer put
 * too far ahead of the clock are in no average.
 */
export function threeHourRange(newest: number, latest: number): Range {
  const [first, , last] = threeHourStarts(newest);
  return { from: first, to: Math.min(last + HOUR, latest + 1) };
}
