import type { Bucket, HistoryBucket, Hour } from '../../src/domain/bucket.ts';
import type { Sample } from '../../src/domain/sample.ts';
import type { ThreeHours } from '../../src/domain/summary.ts';
import type { Range } from '../../src/domain/time/range.ts';
import type { Appended } from '../../src/stores/sample-store.ts';

const HOUR = 3_600_000;
const WEEK = 7 * 24 * HOUR;
const REACH = 31 * 24 * HOUR;

type Kind = 'price' | 'sentiment';

/** Where the bucket of a time begins, by the calendar: weeks do on Monday. */
function startOf(time: number, width: number): number {
  if (width !== WEEK) return time - (time % width);
  const midnight = time - (time % (24 * HOUR));
  const daysSinceMonday = (new Date(time).getUTCDay() + 6) % 7;
  return midnight - daysSinceMonday * 24 * HOUR;
}

const isWithin =
  ({ from, to }: Range) =>
  ({ time }: { time: number }) =>
    time >= from && time < to;

/** The rules of a store, in maps and loops: what every store is held against. */
export function createModel() {
  const kept = { price: new Map<number, number>(), sentiment: new Map<number, number>() } as const;

  function keep(kind: Kind, time: number, value: number | undefined): boolean {
    if (value === undefined || kept[kind].has(time)) return false;
    kept[kind].set(time, value);
    return true;
  }

  /** What reads see, in order: no invalid price. */
  function seen(): Sample[] {
    const times = [...new Set([...kept.price.keys(), ...kept.sentiment.keys()])];
    return times
      .sort((one, other) => one - other)
      .map((time) => {
        const [price = 0, sentiment] = [kept.price.get(time), kept.sentiment.get(time)];
        const isValid = price > 0 && price <= 1e12;
        return { time, ...(isValid && { price }), ...(sentiment !== undefined && { sentiment }) };
      })
      .filter(({ price, sentiment }) => price !== undefined || sentiment !== undefined);
  }

  const valuesOf = (kind: Kind, samples: readonly Sample[]): number[] =>
    samples.map((sample) => sample[kind]).filter((value) => value !== undefined);

  const newestOf = (kind: Kind, latest: number): number | undefined =>
    seen().findLast((sample) => sample.time <= latest && sample[kind] !== undefined)?.time;

  /** The average of some samples. */
  function bucketOf(start: number, samples: readonly Sample[]): Bucket {
    const [prices, sentiments] = [valuesOf('price', samples), valuesOf('sentiment', samples)];
    const mean = (values: readonly number[]) =>
      values.reduce((total, value) => total + value, 0) / values.length;
    return {
      start,
      ...(prices.length > 0 && { price: mean(prices) }),
      ...(sentiments.length > 0 && { sentiment: mean(sentiments) }),
      priceSamples: prices.length,
      sentimentSamples: sentiments.length,
    };
  }

  /** The samples of each bucket that has one within the range, in order. */
  function grouped(range: Range, width: number): [start: number, samples: Sample[]][] {
    const groups = Map.groupBy(seen(), ({ time }) => startOf(time, width));
    return [...groups].filter(([, samples]) => samples.some(isWithin(range)));
  }

  return {
    append(samples: readonly Sample[]): Appended {
      let added = 0;
      for (const { time, price, sentiment } of samples) {
        const broughtPrice = keep('price', time, price);
        const broughtSentiment = keep('sentiment', time, sentiment);
        if (broughtPrice || broughtSentiment) added += 1;
      }
      return { added, duplicates: samples.length - added };
    },

    range: (from: number, to: number): Sample[] => seen().filter(isWithin({ from, to })),

    oldest: (): number | undefined => seen()[0]?.time,

    /** Whether anything is kept at a time, seen by reads or not. */
    holds: (time: number): boolean => kept.price.has(time) || kept.sentiment.has(time),

    remove({ from, to }: Range): number {
      const removed = new Set<number>();
      for (const values of [kept.price, kept.sentiment]) {
        for (const time of values.keys()) {
          if (time < from || time >= to) continue;
          values.delete(time);
          removed.add(time);
        }
      }
      return removed.size;
    },

    buckets(range: Range, width: number): HistoryBucket[] {
      return grouped(range, width).map(([start, samples]) => {
        const prices = valuesOf('price', samples);
        const ends = { priceMin: Math.min(...prices), priceMax: Math.max(...prices) };
        return { ...bucketOf(start, samples), ...(prices.length > 0 && ends) };
      });
    },

    hours(range: Range): Hour[] {
      return grouped(range, HOUR).map(([start, samples]) => {
        const { price, sentiment } = bucketOf(start, samples);
        const prices = valuesOf('price', samples);
        const [first, last] = [prices[0], prices.at(-1)];
        return {
          start,
          ...(price !== undefined && { price }),
          ...(sentiment !== undefined && { sentiment }),
          ...(first !== undefined && { firstPrice: first }),
          ...(last !== undefined && { lastPrice: last }),
        };
      });
    },

    threeHours(latest: number): ThreeHours | undefined {
      const newest = { price: newestOf('price', latest), sentiment: newestOf('sentiment', latest) };
      const times = Object.values(newest).filter((time) => time !== undefined);
      if (times.length === 0) return undefined;
      const asOf = Math.max(...times);
      const last = Math.floor(asOf / HOUR) * HOUR;
      const hour = (start: number): Bucket => {
        const end = Math.min(start + HOUR, latest + 1);
        return bucketOf(start, seen().filter(isWithin({ from: start, to: end })));
      };
      return {
        asOf,
        newest: {
          ...(newest.price !== undefined && { price: Math.max(newest.price, asOf - REACH) }),
          ...(newest.sentiment !== undefined &&
            newest.sentiment > asOf - REACH && { sentiment: newest.sentiment }),
        },
        hours: [hour(last - 2 * HOUR), hour(last - HOUR), hour(last)],
      };
    },
  };
}
