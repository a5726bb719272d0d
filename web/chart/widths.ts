import type { WidthName } from '../../src/domain/time/bucket-width.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Bucket widths in milliseconds, finest first. */
export const WIDTHS: Readonly<Record<WidthName, number>> = {
  '30s': MINUTE / 2,
  '1m': MINUTE,
  '5m': 5 * MINUTE,
  '15m': 15 * MINUTE,
  '1h': HOUR,
  '4h': 4 * HOUR,
  '1d': DAY,
  '1w': 7 * DAY,
};

const NAMES = Object.keys(WIDTHS) as WidthName[];

/** As many buckets as a screen can show, and some for the space beside the newest. */
const MOST = 620;

/** The finest width that splits a span (milliseconds) into few enough buckets, or weeks. */
export function fittingWidth(span: number): WidthName {
  return NAMES.find((name) => span / WIDTHS[name] <= MOST) ?? '1w';
}
