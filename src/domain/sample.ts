import { DAY } from './time/bucket-width.ts';

/** What is kept. At least one of the two values is present. */
export interface Sample {
  /** Epoch milliseconds, an integer. */
  readonly time: number;
  /** US dollars for one bitcoin, above 0; see `MAX_PRICE_USD`. */
  readonly price?: number;
  /** Mean sentiment, in [-1, 1]. */
  readonly sentiment?: number;
}

/**
 * The times of the newest values kept, in epoch milliseconds; absent where there is none. A price
 * that is out of `REACH` counts as at its end; a sentiment that is, as none.
 */
export interface Newest {
  readonly price?: number;
  readonly sentiment?: number;
}

/** The time of the newest sample, whichever value it brought. */
export function newestTime({ price, sentiment }: Newest): number | undefined {
  if (price === undefined || sentiment === undefined) return price ?? sentiment;
  return Math.max(price, sentiment);
}

/**
 * How far behind the newest sample a value still counts as the newest of its kind, in milliseconds:
 * more than any `STALE_AFTER`, and a bound on how far a store has to look back for it.
 */
export const REACH = 31 * DAY;

/** Brings times that are out of reach to what they count as. */
export function withinReach(newest: Newest): Newest {
  const since = (newestTime(newest) ?? 0) - REACH;
  const { price, sentiment = since } = newest;
  return {
    ...(price !== undefined && { price: Math.max(price, since) }),
    ...(sentiment > since && { sentiment }),
  };
}
