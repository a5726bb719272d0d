import fc from 'fast-check';
import type { Sample } from '../../../src/domain/sample.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** A Monday. */
export const START = Date.UTC(2026, 0, 5);
/** The clock of the tests. */
export const NOW = START + 40 * DAY + 1234;

const value = (most: number) => fc.integer({ min: 1, max: most });

/** Times of samples: few days, many edges of hours, gaps of a month, years ago, and ahead of the clock. */
const sampleTime = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 0, max: 60 * 20 }).map((minutes) => START + minutes * 60_000) },
  { weight: 4, arbitrary: fc.integer({ min: 0, max: 48 }).map((hours) => START + hours * HOUR) },
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 48 }).map((hours) => START + hours * HOUR - 1) },
  {
    weight: 2,
    arbitrary: fc.integer({ min: 33 * 24, max: 40 * 24 }).map((hours) => START + hours * HOUR + 7),
  },
  { weight: 1, arbitrary: fc.constantFrom(Date.UTC(2009, 0, 3), Date.UTC(2016, 1, 29), NOW, NOW + 1) },
  { weight: 1, arbitrary: fc.constantFrom(NOW + 2 * HOUR, NOW + 400 * DAY, Date.UTC(2137, 0, 1)) },
);

/** One-sided ones too. */
const sample: fc.Arbitrary<Sample> = fc
  .tuple(sampleTime, fc.option(value(20)), fc.option(value(9)))
  .filter(([, price, sentiment]) => price !== null || sentiment !== null)
  .map(([time, price, sentiment]) => ({
    time,
    ...(price !== null && { price: price / 4 }),
    ...(sentiment !== null && { sentiment: sentiment / 10 - 0.5 }),
  }));

/** What happens to a store: samples in any order, late ones included, and deletions. */
export const history = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant('keep' as const),
        samples: fc.array(sample, { minLength: 1, maxLength: 60 }),
      }),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(sampleTime, fc.integer({ min: 1, max: 3 * HOUR }))
        .map(([from, length]) => ({ kind: 'forget' as const, range: { from, to: from + length } })),
    },
  ),
  { minLength: 1, maxLength: 4 },
);

/** The times that are asked about. */
export const askedTime = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: START - HOUR, max: START + 2 * DAY }) },
  { weight: 4, arbitrary: sampleTime },
  { weight: 2, arbitrary: sampleTime.map((time) => time - 1) },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 50 }).map((hours) => START + hours * HOUR - 1) },
  { weight: 1, arbitrary: fc.integer({ min: START, max: NOW }) },
);

interface Known {
  readonly time: number;
  readonly value: number;
}

/** The values of a list of samples, by kind, the first write of a time first. */
export class Values {
  price = new Map<number, number>();
  sentiment = new Map<number, number>();

  keep(samples: readonly Sample[]): void {
    for (const { time, price, sentiment } of samples) {
      if (price !== undefined && !this.price.has(time)) this.price.set(time, price);
      if (sentiment !== undefined && !this.sentiment.has(time)) this.sentiment.set(time, sentiment);
    }
  }

  forget({ from, to }: { from: number; to: number }): void {
    for (const kind of [this.price, this.sentiment]) {
      for (const time of [...kind.keys()]) if (time >= from && time < to) kind.delete(time);
    }
  }

  /** The values at or before a time, oldest first. */
  upTo(kind: 'price' | 'sentiment', time: number): Known[] {
    return [...this[kind]]
      .filter(([at]) => at <= time)
      .map(([at, value]) => ({ time: at, value }))
      .sort((one, other) => one.time - other.time);
  }

  oldest(): number {
    return Math.min(...this.price.keys(), ...this.sentiment.keys());
  }
}

const mean = (values: readonly number[]) => values.reduce((sum, one) => sum + one, 0) / values.length;

function directionOf(means: readonly (number | null)[], least: number): string {
  const known = means.filter((one) => one !== null);
  const [first = 0] = known;
  const last = known.at(-1) ?? 0;
  if (known.length < 2) return 'unknown';
  if (Math.abs(last - first) <= 1e-9 * Math.max(Math.abs(first), Math.abs(last), least)) return 'flat';
  return last > first ? 'rising' : 'falling';
}

/** The answer at a time from raw values, by arrays and loops; `undefined` without a sample. */
export function naiveAnswer(values: Values, at: number, staleAfter: number) {
  const prices = values.upTo('price', at);
  const sentiments = values.upTo('sentiment', at);
  const newestPrice = prices.at(-1)?.time ?? Number.NEGATIVE_INFINITY;
  const newestSentiment = sentiments.at(-1)?.time ?? Number.NEGATIVE_INFINITY;
  const asOf = Math.max(newestPrice, newestSentiment);
  if (asOf === Number.NEGATIVE_INFINITY) return undefined;
  const last = asOf - (asOf % HOUR);
  const hours = [last - 2 * HOUR, last - HOUR, last].map((start) => {
    const inside = (known: readonly Known[]) =>
      known.filter(({ time }) => time >= start && time < start + HOUR).map(({ value: one }) => one);
    const [ofPrice, ofSentiment] = [inside(prices), inside(sentiments)];
    return {
      start,
      price: ofPrice.length > 0 ? mean(ofPrice) : null,
      sentiment: ofSentiment.length > 0 ? mean(ofSentiment) : null,
      prices: ofPrice.length,
      sentiments: ofSentiment.length,
      isComplete: start + HOUR <= asOf,
    };
  });
  const price = directionOf(
    hours.map((hour) => hour.price),
    0,
  );
  const sentiment = directionOf(
    hours.map((hour) => hour.sentiment),
    1e-3,
  );
  const isPriceOld = prices.length > 0 && at - newestPrice > staleAfter;
  const showsSentiment = hours.some((hour) => hour.sentiment !== null);
  const isSentimentOld = showsSentiment && at - newestSentiment > staleAfter;
  const isUnknown = price === 'unknown' || sentiment === 'unknown';
  return {
    hours,
    price,
    sentiment,
    isLit: isUnknown ? null : price === 'rising' && sentiment === 'rising',
    asOf,
    isStale: isPriceOld || isSentimentOld,
  };
}
