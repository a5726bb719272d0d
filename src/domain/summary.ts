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

/** The directions of three hours. */
export interface Directions {
  readonly priceDirection: Direction;
  readonly sentimentDirection: Direction;
  /** `undefined` if either direction is unknown. */
  readonly isLit: boolean | undefined;
}

/** The three hours with both directions. */
export interface Summary extends ThreeHours, Directions {}

/** Sentiments below this size are compared absolutely. They are given in hundredths. */
const SENTIMENT_FLOOR = 1e-3;

/** The rule. @param hours oldest first; an hour without samples may be left out. */
export function directionsOf(hours: readonly Pick<Bucket, 'price' | 'sentiment'>[]): Directions {
  const priceDirection = direction(hours.map((hour) => hour.price));
  const sentimentDirection = direction(
    hours.map((hour) => hour.sentiment),
    SENTIMENT_FLOOR,
  );
  return { priceDirection, sentimentDirection, isLit: isLit(priceDirection, sentimentDirection) };
}

export const summarise = (threeHours: ThreeHours): Summary => ({
  ...threeHours,
  ...directionsOf(threeHours.hours),
});

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
export interface SummaryWithFreshness {
  readonly summary: Summary;
  readonly freshUntil: number;
}
