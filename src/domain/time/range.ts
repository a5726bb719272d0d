import { HOUR } from './time.ts';

/** Half-open: `from` belongs to it, `to` does not. Epoch milliseconds. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** The hours, oldest first, that end with the hour of `newest`: their starts, in epoch milliseconds. */
export function threeHourStarts(newest: number): readonly [number, number, number] {
  const last = Math.floor(newest / HOUR) * HOUR;
  return [last - 2 * HOUR, last - HOUR, last];
}

/**
 * The range of those hours, whole: a range that began inside an hour would average a part of it
 * under the whole one's name. It ends after `latest` where that comes first, so that a sample
 * further ahead of the clock than the gate allows, put there by another writer, is in no average.
 */
export function threeHourRange(newest: number, latest: number): Range {
  const [first, , last] = threeHourStarts(newest);
  return { from: first, to: Math.min(last + HOUR, latest + 1) };
}
