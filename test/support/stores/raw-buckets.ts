import type { HistoryBucket } from '../../../src/domain/bucket.ts';
import type { Sample } from '../../../src/domain/sample.ts';
import { bucketStart, type Width } from '../../../src/domain/time/bucket-width.ts';
import type { Range } from '../../../src/domain/time/range.ts';

interface Tally {
  count: number;
  sum: number;
  least: number;
  most: number;
}

const nothing = (): Tally => ({
  count: 0,
  sum: 0,
  least: Number.POSITIVE_INFINITY,
  most: Number.NEGATIVE_INFINITY,
});

function add(tally: Tally, value: number | undefined): void {
  if (value === undefined) return;
  tally.count += 1;
  tally.sum += value;
  tally.least = Math.min(tally.least, value);
  tally.most = Math.max(tally.most, value);
}

function toBucket(start: number, price: Tally, sentiment: Tally): HistoryBucket {
  return {
    start,
    ...(price.count > 0 && { price: price.sum / price.count, priceMin: price.least, priceMax: price.most }),
    ...(sentiment.count > 0 && { sentiment: sentiment.sum / sentiment.count }),
    priceSamples: price.count,
    sentimentSamples: sentiment.count,
  };
}

/** The buckets of a range of whole buckets, from its samples. */
export async function* rawBuckets(
  samples: (range: Range) => AsyncIterable<readonly Sample[]>,
  range: Range,
  width: Width,
): AsyncGenerator<readonly HistoryBucket[]> {
  let start: number | undefined;
  let price = nothing();
  let sentiment = nothing();
  for await (const slice of samples(range)) {
    const whole: HistoryBucket[] = [];
    for (const sample of slice) {
      const at = bucketStart(sample.time, width);
      if (at !== start) {
        if (start !== undefined) whole.push(toBucket(start, price, sentiment));
        start = at;
        price = nothing();
        sentiment = nothing();
      }
      add(price, sample.price);
      add(sentiment, sample.sentiment);
    }
    yield whole;
  }
  if (start !== undefined) yield [toBucket(start, price, sentiment)];
}
