const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** The ranges to choose from, in milliseconds back from now. */
export const RANGES = {
  '3h': 3 * HOUR,
  '24h': DAY,
  '7d': 7 * DAY,
  '30d': 30 * DAY,
  '1y': 365 * DAY,
  all: Number.POSITIVE_INFINITY,
} as const;

export type RangeName = keyof typeof RANGES;

export const RANGE_NAMES = Object.keys(RANGES) as RangeName[];
