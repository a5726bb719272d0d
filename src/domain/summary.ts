import type { Bucket } from './bucket.ts';
import { type Direction, direction, isLit } from './direction.ts';
import type { Newest } from './sample.ts';

/** The three hours up to the hour of the newest sample. */
export interface ThreeHours {
  /** The newest sample's time, in epoch milliseconds. */
  readonly asOf: number;
  readonly newest: Newest;
  /** Oldest first. */
  readonly hours: readonly [Bucket, Bucket, Bucket];
}

/** The three hours with both directions. */
export interface Summary extends ThreeHours {
  readonly priceDirection: Direction;
  readonly sentimentDirection: Direction;
  /** `undefined` if either direction is unknown. */
  readonly isLit: boolean | undefined;
}

/** Sentiments below this size are compared absolutely. They are given in hundredths. */
const SENTIMENT_FLOOR = 1e-3;

export function summarise(threeHours: ThreeHours): Summary {
  const { hours } = threeHours;
  const priceDirection = direction(hours.map((hour) => hour.price));
  const sentimentDirection = direction(
    hours.map((hour) => hour.sentiment),
    SENTIMENT_FLOOR,
  );
  return {
    ...threeHours,
    priceDirection,
    sentimentDirection,
    isLit: isLit(priceDirection, sentimentDirection),
  };
}

/**
 * The last time, in epoch milliseconds, at which the summary is not stale. It becomes stale when its newest price, or the
 * newest sentiment if it shows one, is older than `staleAfter`. A missing price does not make it stale.
 */
export function freshUntil({ newest, hours }: ThreeHours, staleAfter: number): number {
  const showsSentiment = hours.some((hour) => hour.sentiment !== undefined);
  const price = newest.price ?? Number.POSITIVE_INFINITY;
  const sentiment = showsSentiment ? (newest.sentiment ?? price) : Number.POSITIVE_INFINITY;
  return Math.min(price, sentiment) + staleAfter;
}

/** A summary, and the last time (epoch milliseconds) at which it is not stale. */
export interface KeptSummary {
  readonly summary: Summary;
  readonly freshUntil: number;
}
