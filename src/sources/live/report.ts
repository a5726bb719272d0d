import type { FearAndGreedReport, PriceReport } from '../../domain/sources/report.ts';
import type { Exchange } from '../../exchanges/exchange.ts';
import type { PriceState } from '../../exchanges/saved-state.ts';
import { NOT_REQUESTED, statusOf } from '../../stores/upstream-status.ts';
import { ATTRIBUTION, type FearAndGreedState } from './fear-and-greed.ts';

export function reportPrices(exchanges: readonly Exchange[], { statuses }: PriceState): PriceReport[] {
  return exchanges.map(({ name }) => statuses[name] ?? { name, ...NOT_REQUESTED, used: false });
}

export function reportFearAndGreed(state: FearAndGreedState | undefined): FearAndGreedReport {
  const common = { name: ATTRIBUTION.name, attribution: ATTRIBUTION };
  return state ? { ...common, ...statusOf(state), ...state.index } : { ...common, ...NOT_REQUESTED };
}
