import { DAY } from './time/bucket-width.ts';

/** At least one of the two values is present. */
export interface Sample {
  /** Epoch milliseconds, an integer. */
  readonly time: number;
  /** US dollars for one bitcoin, above 0; see `MAX_PRICE_USD`. */
  readonly price?: number;
  /** Mean sentiment, in [-1, 1]. */
  readonly sentiment?: number;
}

/**
 * The times of the newest stored values, in epoch milliseconds. A price older than `REACH` is treated as exactly
 * `REACH` old; an older sentiment is absent.
 */
export interface Newest {
  readonly price?: number;
  readonly sentiment?: number;
}

/** The time of the newest sample. */
export function newestTime({ price, sentiment }: Newest): number | undefined {
  if (price === undefined || sentiment === undefined) return price ?? sentiment;
  return Math.max(price, sentiment);
}

/**
 * How far a store looks back from the newest sample for the newest value of each kind, in milliseconds. It is longer than
 * any `STALE_AFTER`.
 */
export const REACH = 31 * DAY;

/** Replaces times beyond `REACH`. */
export function withinReach(newest: Newest): Newest {
  const since = (newestTime(newest) ?? 0) - REACH;
  const { price, sentiment = since } = newest;
  return {
    ...(price !== undefined && { price: Math.max(price, since) }),
    ...(sentiment > since && { sentiment }),
  };
}
