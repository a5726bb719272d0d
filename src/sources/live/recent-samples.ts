import type { Sample } from '../../domain/sample.ts';
import { DAY, MINUTE } from '../../domain/time/bucket-width.ts';
import type { Range } from '../../domain/time/range.ts';
import { CLOCK_TOLERANCE } from '../../domain/time/time.ts';
import type { PricePoint } from '../../exchanges/price-agreement.ts';

/** What the stored samples of the last 24 hours have and lack. */
interface RecentDay {
  /** The last price of each minute of the last 24 hours and ten minutes, oldest first. */
  readonly prices: readonly PricePoint[];
  /** The times of the last 24 hours with a price and no sentiment, oldest first. */
  readonly withoutSentiment: readonly number[];
}

/** Prices before the 24 hours, for comparison with the first missing minutes. */
const LEAD_MS = 10 * MINUTE;

/** The store is read again after this time, or after this multiple of the last read's duration if that is longer. */
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

/** Keeps one price for each minute, which is enough to find gaps and to check the next minute against. */
function addPrice(prices: PricePoint[], point: PricePoint): void {
  const last = prices.at(-1);
  const isSameMinute = last && Math.floor(last.time / MINUTE) === Math.floor(point.time / MINUTE);
  if (isSameMinute) prices[prices.length - 1] = point;
  else prices.push(point);
}

/** Caches the last day, since with intervals below a second there is no time to read it at each tick. */
export function createRecentSamples() {
  let cached: { day: RecentDay; at: number; lifeMs: number } | undefined;
  return {
    /** Returns the stored day, or a copy some seconds old with the samples added since. */
    async read(now: number, samples: (range: Range) => AsyncIterable<readonly Sample[]>): Promise<RecentDay> {
      const age = cached ? now - cached.at : Number.POSITIVE_INFINITY;
      if (cached && age >= 0 && age < cached.lifeMs) return cached.day;
      const began = performance.now();
      const day = await readDay(now, samples({ from: now - DAY - LEAD_MS, to: now + CLOCK_TOLERANCE }));
      const lifeMs = Math.max(MIN_CACHE_MS, CACHE_PER_READ * (performance.now() - began));
      cached = { day, at: now, lifeMs };
      return day;
    },
    /** Adds a sample that was stored at the current time. */
    add({ time, price, sentiment }: Sample): void {
      if (!cached || price === undefined) return;
      const prices = [...cached.day.prices];
      addPrice(prices, { time, price });
      const { withoutSentiment: before } = cached.day;
      const withoutSentiment = sentiment === undefined ? [...before, time] : before;
      cached = { ...cached, day: { prices, withoutSentiment } };
    },
    /** Makes the next `read` go to the store. */
    invalidate(): void {
      cached = undefined;
    },
  };
}
