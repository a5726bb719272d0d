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

/** The rules of a store, in arrays and loops: what every store is held against. */
export function createModel() {
  const kept: Record<Kind, { time: number; value: number }[]> = { price: [], sentiment: [] };

  function keep(kind: Kind, time: number, value: number | undefined): boolean {
    if (value === undefined || kept[kind].some((one) => one.time === time)) return false;
    kept[kind].push({ time, value });
    return true;
  }

  /** What reads see: no invalid price. */
  const seen = (kind: Kind) =>
    kept[kind].filter(({ value }) => kind === 'sentiment' || (value > 0 && value <= 1e12));

  function newestOf(kind: Kind, latest: number): number | undefined {
    const times = seen(kind)
      .map(({ time }) => time)
      .filter((time) => time <= latest);
    return times.length > 0 ? Math.max(...times) : undefined;
  }

  function average(kind: Kind, from: number, to: number): { mean: number | undefined; count: number } {
    const values = seen(kind)
      .filter(({ time }) => time >= from && time < to)
      .map(({ value }) => value);
    const count = values.length;
    const sum = values.reduce((total, value) => total + value, 0);
    return { mean: count > 0 ? sum / count : undefined, count };
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

    range(from: number, to: number): Sample[] {
      const within = ({ time }: { time: number }) => time >= from && time < to;
      const times = new Set([...seen('price'), ...seen('sentiment')].filter(within).map(({ time }) => time));
      const keptAt = (kind: Kind, time: number) => {
        const value = seen(kind).find((one) => one.time === time)?.value;
        return value === undefined ? {} : { [kind]: value };
      };
      return [...times]
        .sort((one, other) => one - other)
        .map((time) => ({ time, ...keptAt('price', time), ...keptAt('sentiment', time) }));
    },

    oldest(): number | undefined {
      const times = [...seen('price'), ...seen('sentiment')].map(({ time }) => time);
      return times.length > 0 ? Math.min(...times) : undefined;
    },

    /** Whether anything is kept at a time, seen by reads or not. */
    holds: (time: number): boolean => [...kept.price, ...kept.sentiment].some((one) => one.time === time),

    remove({ from, to }: Range): number {
      const times = [...kept.price, ...kept.sentiment].map(({ time }) => time);
      const removed = new Set(times.filter((time) => time >= from && time < to)).size;
      for (const kind of ['price', 'sentiment'] as const) {
        kept[kind] = kept[kind].filter(({ time }) => time < from || time >= to);
      }
      return removed;
    },

    buckets({ from, to }: Range, width: number): HistoryBucket[] {
      const starts = new Set(this.range(from, to).map(({ time }) => startOf(time, width)));
      return [...starts].map((start) => {
        const price = average('price', start, start + width);
        const sentiment = average('sentiment', start, start + width);
        const prices = seen('price')
          .filter(({ time }) => time >= start && time < start + width)
          .map(({ value }) => value);
        return {
          start,
          ...(price.mean !== undefined && {
            price: price.mean,
            priceMin: Math.min(...prices),
            priceMax: Math.max(...prices),
          }),
          ...(sentiment.mean !== undefined && { sentiment: sentiment.mean }),
          priceSamples: price.count,
          sentimentSamples: sentiment.count,
        };
      });
    },

    hours(range: Range): Hour[] {
      return this.buckets(range, HOUR).map(({ start, price, sentiment }) => {
        const prices = seen('price')
          .filter(({ time }) => time >= start && time < start + HOUR)
          .sort((one, other) => one.time - other.time);
        const [first, last] = [prices[0]?.value, prices.at(-1)?.value];
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
        const price = average('price', start, end);
        const sentiment = average('sentiment', start, end);
        return {
          start,
          ...(price.mean !== undefined && { price: price.mean }),
          ...(sentiment.mean !== undefined && { sentiment: sentiment.mean }),
          priceSamples: price.count,
          sentimentSamples: sentiment.count,
        };
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
