import type { FearAndGreedReport, HeadlineReport, PriceReport } from '../../domain/sources-report.ts';
import type { Exchange } from '../../exchanges/exchange.ts';
import type { PriceState } from '../../exchanges/saved-state.ts';
import { type Headline, storiesBetween } from '../../news/headlines.ts';
import type { StoredHeadline } from '../../news/saved-state.ts';
import { NOT_REQUESTED, statusOf } from '../../stores/upstream-status.ts';
import { ATTRIBUTION, type FearAndGreedState } from './fear-and-greed.ts';

const MAX_HEADLINES = 50;

export function reportPrices(exchanges: readonly Exchange[], { statuses }: PriceState): PriceReport[] {
  return exchanges.map(({ name }) => statuses[name] ?? { name, ...NOT_REQUESTED, used: false });
}

/** The newest headlines about the market, one of each story, newest first. */
export function reportHeadlines(headlines: readonly Headline[], now: number): HeadlineReport[] {
  return storiesBetween(headlines, 0, now)
    .filter(({ aboutMarket }) => aboutMarket)
    .slice(-MAX_HEADLINES)
    .reverse() as StoredHeadline[];
}

export function reportFearAndGreed(state: FearAndGreedState | undefined): FearAndGreedReport {
  const common = { name: ATTRIBUTION.name, attribution: ATTRIBUTION };
  return state ? { ...common, ...statusOf(state), ...state.index } : { ...common, ...NOT_REQUESTED };
}
