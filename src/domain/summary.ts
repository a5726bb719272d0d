import type { Bucket } from './bucket.ts';
import { type Direction, direction, isLit } from './direction.ts';
import type { Newest } from './sample.ts';

/** What a store knows of the three hours that end with the hour of its newest sample. */
export interface ThreeHours {
  /** The newest sample's time, in epoch milliseconds. */
  readonly asOf: number;
  readonly newest: Newest;
  /** Oldest first. */
  readonly hours: readonly [Bucket, Bucket, Bucket];
}

/** The three hours with both directions: what the service is asked for. */
export interface Summary extends ThreeHours {
  readonly priceDirection: Direction;
  readonly sentimentDirection: Direction;
  /** `undefined` when either direction is unknown. */
  readonly isLit: boolean | undefined;
}

/** Below this size sentiments are compared absolutely: they are given in hundredths. */
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
 * The last moment, in epoch milliseconds, at which the summary is not stale: it goes stale when its
 * newest price is older than `staleAfter`, or its newest sentiment where it shows one. Nothing else
 * makes it stale: a price that never was is `null`, and not old.
 */
export function freshUntil({ newest, hours }: ThreeHours, staleAfter: number): number {
  const showsSentiment = hours.some((hour) => hour.sentiment !== undefined);
  const price = newest.price ?? Number.POSITIVE_INFINITY;
  const sentiment = showsSentiment ? (newest.sentiment ?? price) : Number.POSITIVE_INFINITY;
  return Math.min(price, sentiment) + staleAfter;
}

/** A summary, and the last moment (epoch milliseconds) at which it is not stale. */
export interface KeptSummary {
  readonly summary: Summary;
  readonly freshUntil: number;
}
