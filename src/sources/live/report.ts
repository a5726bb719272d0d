import type { FearAndGreedReport, HeadlineReport, PriceReport } from '../../domain/sources-report.ts';
import type { Exchange } from '../../exchanges/exchange.ts';
import type { PriceState } from '../../exchanges/saved-state.ts';
import { type Headline, storiesBetween } from '../../news/headlines.ts';
import type { KeptHeadline } from '../../news/saved-state.ts';
import { ATTRIBUTION, type FearAndGreedState } from './fear-and-greed.ts';

const NEWEST = 50;

/** Before the first question there is nothing to say of a place. */
const UNASKED = { state: 'resting', reason: 'was not asked yet' } as const;

export function reportPrices(exchanges: readonly Exchange[], { statuses }: PriceState): PriceReport[] {
  return exchanges.map(({ name }) => statuses[name] ?? { name, ...UNASKED, used: false });
}

/** The newest headlines that are about the market, one of each story, newest first. */
export function reportHeadlines(headlines: readonly Headline[], now: number): HeadlineReport[] {
  return storiesBetween(headlines, 0, now)
    .filter(({ aboutMarket }) => aboutMarket)
    .slice(-NEWEST)
    .reverse()
    .map((headline) => {
      const { title, link, source, published, score, label, because } = headline as KeptHeadline;
      return {
        title,
        ...(link !== undefined && { link }),
        source,
        published,
        ...(score !== undefined && { score }),
        label,
        because,
      };
    });
}

export function reportFearAndGreed(known: FearAndGreedState | undefined): FearAndGreedReport {
  const common = { name: ATTRIBUTION.name, attribution: ATTRIBUTION };
  if (!known) return { ...common, ...UNASKED };
  const { state, since, reason, lastSuccess, index } = known;
  return {
    ...common,
    state,
    since,
    ...(reason !== undefined && { reason }),
    ...(lastSuccess !== undefined && { lastSuccess }),
    ...index,
  };
}
