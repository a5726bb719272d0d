import { isPrice } from '../../../src/domain/admission.ts';
import type { Bucket, HistoryBucket, Hour } from '../../../src/domain/bucket.ts';
import { newestTime, type Sample, withinReach } from '../../../src/domain/sample.ts';
import { bucketStart, type Width } from '../../../src/domain/time/bucket-width.ts';
import { type Range, threeHourRange, threeHourStarts } from '../../../src/domain/time/range.ts';
import { HOUR } from '../../../src/domain/time/time.ts';
import type { SampleStore } from '../../../src/stores/sample-store.ts';
import type { StateStore } from '../../../src/stores/state-store.ts';
import { columnsOf } from '../hour-columns.ts';

/** What several processes share of a store in memory. */
export interface Shared {
  readonly samples: Map<number, Sample>;
  readonly documents: Map<string, string>;
  readonly headlines: Map<string, string>;
}

export const emptyShared = (): Shared => ({ samples: new Map(), documents: new Map(), headlines: new Map() });

function bucketOf(start: number, samples: readonly Sample[]): HistoryBucket {
  const prices = samples.flatMap(({ price }) => price ?? []);
  const sentiments = samples.flatMap(({ sentiment }) => sentiment ?? []);
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  return {
    start,
    ...(prices.length > 0 && {
      price: mean(prices),
      priceMin: Math.min(...prices),
      priceMax: Math.max(...prices),
    }),
    ...(sentiments.length > 0 && { sentiment: mean(sentiments) }),
    priceSamples: prices.length,
    sentimentSamples: sentiments.length,
  };
}

/** A third store, to show that one file is enough for it. */
export function createMemoryStore({ samples }: Shared): SampleStore {
  /** The samples of a range without invalid prices, oldest first. */
  function valid({ from, to }: Range): Sample[] {
    return [...samples.values()]
      .filter(({ time }) => time >= from && time < to)
      .map(({ price = 0, ...rest }) => (isPrice(price) ? { ...rest, price } : rest))
      .filter(({ price, sentiment }: Sample) => price !== undefined || sentiment !== undefined)
      .sort((one, other) => one.time - other.time);
  }

  async function newest(latest: number) {
    const known = valid({ from: 0, to: latest + 1 });
    const price = known.findLast((one) => one.price !== undefined)?.time;
    const sentiment = known.findLast((one) => one.sentiment !== undefined)?.time;
    return withinReach({
      ...(price !== undefined && { price }),
      ...(sentiment !== undefined && { sentiment }),
    });
  }

  return {
    newest,
    async append(added, signal) {
      signal.throwIfAborted();
      let count = 0;
      for (const { time, price, sentiment } of added) {
        const before = samples.get(time);
        const isNew =
          (price !== undefined && before?.price === undefined) ||
          (sentiment !== undefined && before?.sentiment === undefined);
        if (isNew) count += 1;
        samples.set(time, {
          time,
          ...(price !== undefined && { price }),
          ...(sentiment !== undefined && { sentiment }),
          ...before,
        });
      }
      return { added: count, duplicates: added.length - count };
    },
    async threeHours(latest) {
      const times = await newest(latest);
      const asOf = newestTime(times);
      if (asOf === undefined) return undefined;
      const known = valid(threeHourRange(asOf, latest));
      const hour = (start: number): Bucket => {
        const inside = known.filter(({ time }) => bucketStart(time, HOUR) === start);
        const { priceMin, priceMax, ...bucket } = bucketOf(start, inside);
        return bucket;
      };
      const [first, second, third] = threeHourStarts(asOf);
      return { asOf, newest: times, hours: [hour(first), hour(second), hour(third)] };
    },
    async *range(range) {
      const known = valid(range);
      for (let at = 0; at < known.length; at += 2000) yield known.slice(at, at + 2000);
    },
    oldest: async () => valid({ from: 0, to: Number.POSITIVE_INFINITY })[0]?.time,
    rawSince: async () => undefined,
    trim: async () => 0,
    holdTrim: async () => undefined,
    async *buckets(range, width: Width) {
      const groups = Map.groupBy(valid(range), ({ time }) => bucketStart(time, width));
      yield [...groups].map(([start, inside]) => bucketOf(start, inside));
    },
    async *hours(range) {
      const groups = Map.groupBy(valid(range), ({ time }) => bucketStart(time, HOUR));
      const hours = [...groups].map(([start, inside]): Hour => {
        const { price, sentiment } = bucketOf(start, inside);
        const prices = inside.flatMap((sample) => sample.price ?? []);
        const [firstPrice, lastPrice] = [prices[0], prices.at(-1)];
        return {
          start,
          ...(price !== undefined && { price }),
          ...(sentiment !== undefined && { sentiment }),
          ...(firstPrice !== undefined && { firstPrice }),
          ...(lastPrice !== undefined && { lastPrice }),
        };
      });
      if (hours.length > 0) yield columnsOf(hours);
    },
    async remove({ from, to }, signal) {
      signal.throwIfAborted();
      const times = [...samples.keys()].filter((time) => time >= from && time < to);
      for (const time of times) samples.delete(time);
      return times.length;
    },
    repair: async () => false,
    version: async () =>
      JSON.stringify([...samples.values()].map(({ time, price, sentiment }) => [time, price, sentiment])),
    check: async () => undefined,
    [Symbol.asyncDispose]: async () => undefined,
  };
}

export function createMemoryStateStore({ documents, headlines }: Shared): StateStore {
  const mark = () => documents.get('headlines') ?? '';
  return {
    read: async (name) => documents.get(name),
    write: async (name, text) => void documents.set(name, text),
    async settle(name, text) {
      if (!documents.has(name)) documents.set(name, text);
      return documents.get(name) ?? text;
    },
    headlines: async (known) => (known === mark() ? undefined : { mark: mark(), texts: new Map(headlines) }),
    async changeHeadlines({ keep, forget }) {
      for (const key of forget) headlines.delete(key);
      for (const [key, text] of keep) if (!headlines.has(key)) headlines.set(key, text);
      documents.set('headlines', crypto.randomUUID());
    },
  };
}
