import { type Headline, storiesBetween } from './headlines.ts';

const HOUR = 3_600_000;

/** How far back headlines count. Milliseconds. */
const SPAN = 48 * HOUR;

/** How old a headline is before it counts: by then every feed was asked at least once. Milliseconds. */
const RIPE = 600_000;

/** How old a headline weighs half as much as one of now, where nothing else is set. Milliseconds. */
export const HALF_LIFE = 6 * HOUR;

/** With fewer headlines one of them would say too much. */
const FEWEST = 5;

export interface Sentiment {
  /** The weighted mean of the scores, in [−1, 1]. */
  readonly value: number;
  /** How many headlines it is the mean of. */
  readonly count: number;
  /** When the newest of them was published. Epoch milliseconds. */
  readonly newest: number;
}

interface ScoredHeadline extends Headline {
  readonly score: number;
}

const isCounted = (headline: Headline): headline is ScoredHeadline =>
  headline.aboutMarket && headline.score !== undefined;

/** The headlines that the sentiment of a time is the mean of: one of each story, oldest first. */
export function countedAt(headlines: readonly Headline[], time: number): ScoredHeadline[] {
  return storiesBetween(headlines, time - SPAN, time - RIPE).filter(isCounted);
}

/**
 * The sentiment of a time, whenever it is asked for; `undefined` where too few headlines have a say.
 *
 * @param headlines as `mergeHeadlines` gives them: the order of adding up decides the last digit.
 * @param time epoch milliseconds.
 * @param halfLife above 0. Milliseconds.
 */
export function sentimentAt(
  headlines: readonly Headline[],
  time: number,
  halfLife: number,
): Sentiment | undefined {
  const counted = countedAt(headlines, time);
  const newest = counted.at(-1)?.published;
  if (newest === undefined || counted.length < FEWEST) return undefined;
  let weights = 0;
  let sum = 0;
  for (const { published, score } of counted) {
    // Beside the newest, not beside the time: the mean is the same, and no half-life is so short that nothing weighs.
    const weight = 2 ** ((published - newest) / halfLife);
    weights += weight;
    sum += weight * score;
  }
  // Sums of parts can pass the end of the range in the last digit.
  const value = Math.max(-1, Math.min(1, sum / weights));
  return { value, count: counted.length, newest };
}
