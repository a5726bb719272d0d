import type { Bucket } from '../../src/domain/bucket.ts';
import type { Sample } from '../../src/domain/sample.ts';
import type { ThreeHours } from '../../src/domain/summary.ts';
import type { Appended } from '../../src/stores/store.ts';

const HOUR = 3_600_000;
const REACH = 31 * 24 * HOUR;

type Kind = 'price' | 'sentiment';

/** The rules of a store, in arrays and loops: what every store is held against. */
export function createModel() {
  const kept: Record<Kind, { time: number; value: number }[]> = { price: [], sentiment: [] };

  function keep(kind: Kind, time: number, value: number | undefined): boolean {
    if (value === undefined || kept[kind].some((one) => one.time === time)) return false;
    kept[kind].push({ time, value });
    return true;
  }

  function newestOf(kind: Kind, latest: number): number | undefined {
    const times = kept[kind].map(({ time }) => time).filter((time) => time <= latest);
    return times.length > 0 ? Math.max(...times) : undefined;
  }

  function average(kind: Kind, from: number, to: number): { mean: number | undefined; count: number } {
    const values = kept[kind].filter(({ time }) => time >= from && time < to).map(({ value }) => value);
    const count = values.length;
    const sum = values.reduce((total, value) => total + value, 0);
    const mean = Number.isFinite(sum)
      ? sum / count
      : values.reduce((total, value) => total + value / count, 0);
    return { mean: count > 0 ? mean : undefined, count };
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
      const times = new Set([...kept.price, ...kept.sentiment].filter(within).map(({ time }) => time));
      const keptAt = (kind: Kind, time: number) => {
        const value = kept[kind].find((one) => one.time === time)?.value;
        return value === undefined ? {} : { [kind]: value };
      };
      return [...times]
        .sort((one, other) => one - other)
        .map((time) => ({ time, ...keptAt('price', time), ...keptAt('sentiment', time) }));
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
