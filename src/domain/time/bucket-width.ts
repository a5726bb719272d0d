import type { Range } from './range.ts';
import { HOUR } from './time.ts';

export const MINUTE = 60_000;
export const DAY = 24 * HOUR;
export const WEEK = 7 * DAY;

/** The widths of the history's buckets, finest first, in milliseconds. */
export const WIDTHS = {
  '30s': MINUTE / 2,
  '1m': MINUTE,
  '5m': 5 * MINUTE,
  '15m': 15 * MINUTE,
  '1h': HOUR,
  '4h': 4 * HOUR,
  '1d': DAY,
  '1w': WEEK,
} as const;

export type WidthName = keyof typeof WIDTHS;

export type Width = (typeof WIDTHS)[WidthName];

/** Weeks begin on Monday (ISO 8601), and the epoch was a Thursday. All other widths are aligned to the epoch. */
const FIRST_MONDAY = 4 * DAY;

const originOf = (width: Width): number => (width === WEEK ? FIRST_MONDAY : 0);

/** The start of the bucket of a time, in epoch milliseconds. */
export function bucketStart(time: number, width: Width): number {
  const origin = originOf(width);
  return Math.floor((time - origin) / width) * width + origin;
}

/** The smallest range of whole buckets that contains a range. */
export function widen({ from, to }: Range, width: Width): Range {
  const last = bucketStart(to, width);
  return { from: bucketStart(from, width), to: last === to ? to : last + width };
}
