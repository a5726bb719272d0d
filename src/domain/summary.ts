import type { Bucket } from './bucket.ts';
import { type Averages, DIRECTIONS, type Direction, direction, isLit } from './direction.ts';
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

/** All possible results, by the direction of the price and of the sentiment: a track record needs a hundred thousand. */
const ALL_DIRECTIONS = mapDirections((priceDirection) =>
  mapDirections(
    (sentimentDirection): Directions => ({
      priceDirection,
      sentimentDirection,
      isLit: isLit(priceDirection, sentimentDirection),
    }),
  ),
);

function mapDirections<T>(map: (direction: Direction) => T): Readonly<Record<Direction, T>> {
  return Object.fromEntries(DIRECTIONS.map((one) => [one, map(one)])) as Record<Direction, T>;
}

/** The rule. The averages are those of the same three hours, oldest first. */
export const directionsOf = (prices: Averages, sentiments: Averages): Directions =>
  ALL_DIRECTIONS[direction(prices)][direction(sentiments, SENTIMENT_FLOOR)];

export function summarise(threeHours: ThreeHours): Summary {
  const { hours } = threeHours;
  const directions = directionsOf(
    hours.map(({ price }) => price),
    hours.map(({ sentiment }) => sentiment),
  );
  return { ...threeHours, ...directions };
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
export interface SummaryWithFreshness {
  readonly summary: Summary;
  readonly freshUntil: number;
}
