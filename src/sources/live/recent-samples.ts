import type { Sample } from '../../domain/sample.ts';
import { DAY, MINUTE } from '../../domain/time/bucket-width.ts';
import type { Range } from '../../domain/time/range.ts';
import { CLOCK_TOLERANCE } from '../../domain/time/time.ts';
import type { PricePoint } from '../../exchanges/price-agreement.ts';

/** The stored samples of the last 24 hours, as far as they show what is missing. */
interface RecentDay {
  /** The last price of each minute of the last 24 hours and ten minutes, oldest first. */
  readonly prices: readonly PricePoint[];
  /** The times of the last 24 hours with a price and no sentiment, oldest first. */
  readonly withoutSentiment: readonly number[];
}

export interface RecentSamples {
  /** What is stored, or was some seconds ago, with the samples added since. */
  read(now: number, samples: (range: Range) => AsyncIterable<readonly Sample[]>): Promise<RecentDay>;
  /** Adds a sample that was stored at the current time. */
  add(sample: Sample): void;
  /** Makes the next `read` go to the store. */
  invalidate(): void;
}

const LEAD_MS = 10 * MINUTE;

/** The store is read again after this time, or after so many times as long as the last read took. */
const MIN_CACHE_MS = 10_000;
const CACHE_PER_READ = 20;

async function readDay(now: number, samples: AsyncIterable<readonly Sample[]>): Promise<RecentDay> {
  const prices: PricePoint[] = [];
  const withoutSentiment: number[] = [];
  for await (const slice of samples) {
    for (const { time, price, sentiment } of slice) {
      if (price === undefined) continue;
      addPrice(prices, { time, price });
      if (sentiment === undefined && time > now - DAY) withoutSentiment.push(time);
    }
  }
  return { prices, withoutSentiment };
}

/** One price a minute shows that the minute has one, and is enough to check the next minute against. */
function addPrice(prices: PricePoint[], point: PricePoint): void {
  const last = prices.at(-1);
  const isSameMinute = last && Math.floor(last.time / MINUTE) === Math.floor(point.time / MINUTE);
  if (isSameMinute) prices[prices.length - 1] = point;
  else prices.push(point);
}

/** Caches the last day, since with intervals below a second reading it each time would take all the time there is. */
export function createRecentSamples(): RecentSamples {
  let cached: { day: RecentDay; at: number; lifeMs: number } | undefined;
  return {
    async read(now, samples) {
      const age = cached ? now - cached.at : Number.POSITIVE_INFINITY;
      if (cached && age >= 0 && age < cached.lifeMs) return cached.day;
      const began = performance.now();
      const day = await readDay(now, samples({ from: now - DAY - LEAD_MS, to: now + CLOCK_TOLERANCE }));
      const lifeMs = Math.max(MIN_CACHE_MS, CACHE_PER_READ * (performance.now() - began));
      cached = { day, at: now, lifeMs };
      return day;
    },
    add({ time, price, sentiment }) {
      if (!cached || price === undefined) return;
      const prices = [...cached.day.prices];
      addPrice(prices, { time, price });
      const { withoutSentiment: before } = cached.day;
      const withoutSentiment = sentiment === undefined ? [...before, time] : before;
      cached = { ...cached, day: { prices, withoutSentiment } };
    },
    invalidate() {
      cached = undefined;
    },
  };
}
