import { HOUR } from '../domain/time/time.ts';
import { type Headline, storiesBetween } from './headlines.ts';

/** Older headlines do not count. */
export const SPAN_MS = 48 * HOUR;

/** Younger headlines do not count yet: after this time every feed has been polled at least once. */
export const MIN_AGE_MS = 600_000;

/** With fewer headlines, a single one would have too much influence. */
const MIN_HEADLINES = 5;

export interface Sentiment {
  /** The weighted mean of the scores, in [−1, 1]. */
  readonly value: number;
  /** The number of headlines. */
  readonly count: number;
  /** When the newest of them was published. Epoch milliseconds. */
  readonly newest: number;
}

type ScoredHeadline = Headline & Required<Pick<Headline, 'score'>>;

const isCounted = (headline: Headline): headline is ScoredHeadline =>
  headline.aboutMarket && headline.score !== undefined;

/** The headlines that count at a time, one of each story, oldest first. */
export function countedAt(headlines: readonly Headline[], time: number): ScoredHeadline[] {
  return storiesBetween(headlines, time - SPAN_MS, time - MIN_AGE_MS).filter(isCounted);
}

/**
 * The sentiment at a time, which depends only on the arguments; `undefined` if too few headlines count.
 *
 * @param headlines in the order of `mergeHeadlines`, since the order of the addition affects the last digit.
 * @param time epoch milliseconds.
 * @param halfLifeMs greater than 0. A headline older than another by this time weighs half as much.
 */
export function sentimentAt(
  headlines: readonly Headline[],
  time: number,
  halfLifeMs: number,
): Sentiment | undefined {
  const counted = countedAt(headlines, time);
  const newest = counted.at(-1)?.published;
  if (newest === undefined || counted.length < MIN_HEADLINES) return undefined;
  let weights = 0;
  let sum = 0;
  for (const { published, score } of counted) {
    // Ages relative to the newest headline give the same mean, and no half-life is so short that all weights become 0.
    const weight = 2 ** ((published - newest) / halfLifeMs);
    weights += weight;
    sum += weight * score;
  }
  // Rounding can move the mean slightly out of the range.
  const value = Math.max(-1, Math.min(1, sum / weights));
  return { value, count: counted.length, newest };
}
