import type { PriceReport, SourcesReport } from '../../domain/sources/report.ts';
import { type Headline, MAX_DISTANCE_MS } from '../../news/headlines.ts';
import { sentimentAt } from '../../news/sentiment.ts';
import { headlinesBetween } from '../../simulation/headlines/sentiment.ts';
import { priceAt } from '../../simulation/market/prices.ts';
import { STEP_MS, stepAt } from '../../simulation/market/steps.ts';
import { KINDS, normal, uniform } from '../../simulation/noise.ts';
import { EXCHANGE_GROUP, EXCHANGES } from '../../simulation/upstreams/exchanges.ts';
import { OUTLET_GROUP, OUTLETS } from '../../simulation/upstreams/outlets.ts';
import { statusOf } from '../../simulation/upstreams/statuses.ts';
import { reportHeadlines } from '../headline-report.ts';

/** How far an exchange's price usually is from the market's, as a share of it. */
const SPREAD = 0.0002;

function reportExchange(index: number, name: string, now: number): PriceReport {
  const status = statusOf(EXCHANGE_GROUP, index, now);
  const last = stepAt(status.lastSuccess ?? now);
  const price = priceAt(last * STEP_MS) * (1 + SPREAD * normal(KINDS.quote, last, index));
  return {
    name,
    ...status,
    latency: Math.round(40 + 160 * uniform(KINDS.quote, last, 64 + index) ** 3),
    price: Math.round(price * 100) / 100,
    used: status.state === 'ok',
  };
}

/** The headlines published within three days up to a time (epoch milliseconds), oldest first. */
export async function headlinesUntil(now: number): Promise<readonly Headline[]> {
  const headlines = await headlinesBetween(now - MAX_DISTANCE_MS, now);
  return headlines.filter(({ published }) => published > now - MAX_DISTANCE_MS && published <= now);
}

export async function reportSources(now: number, halfLife: number): Promise<SourcesReport> {
  const headlines = await headlinesUntil(now);
  return {
    price: EXCHANGES.map((name, index) => reportExchange(index, name, now)),
    sentiment: {
      ...sentimentAt(headlines, now, halfLife),
      feeds: OUTLETS.map(({ name }, index) => ({
        name,
        ...statusOf(OUTLET_GROUP, index, now),
        headlines: headlines.filter(({ source }) => source === name).length,
      })),
      headlines: reportHeadlines(headlines, now),
    },
  };
}
