import type { HeadlineReport } from '../domain/sources/report.ts';
import { type Headline, storiesBetween } from '../news/headlines.ts';
import type { StoredHeadline } from '../news/saved-state.ts';

const MAX_HEADLINES = 50;

/** The newest headlines about the market, one of each story, newest first. */
export function reportHeadlines(headlines: readonly Headline[], now: number): HeadlineReport[] {
  return storiesBetween(headlines, 0, now)
    .filter(({ aboutMarket }) => aboutMarket)
    .slice(-MAX_HEADLINES)
    .reverse() as StoredHeadline[];
}
