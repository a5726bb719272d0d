import type { HistoryBucket } from '../../../src/domain/bucket.ts';
import type { Sample } from '../../../src/domain/sample.ts';
import { bucketStart, type Width } from '../../../src/domain/time/bucket-width.ts';
import type { Range } from '../../../src/domain/time/range.ts';

interface Tally {
  count: number;
  sum: number;
  min: number;
  max: number;
}

const emptyTally = (): Tally => ({
  count: 0,
  sum: 0,
  min: Number.POSITIVE_INFINITY,
  max: Number.NEGATIVE_INFINITY,
});

function add(tally: Tally, value: number | undefined): void {
  if (value === undefined) return;
  tally.count += 1;
  tally.sum += value;
  tally.min = Math.min(tally.min, value);
  tally.max = Math.max(tally.max, value);
}

function toBucket(start: number, price: Tally, sentiment: Tally): HistoryBucket {
  return {
    start,
    ...(price.count > 0 && { price: price.sum / price.count, priceMin: price.min, priceMax: price.max }),
    ...(sentiment.count > 0 && { sentiment: sentiment.sum / sentiment.count }),
    priceSamples: price.count,
    sentimentSamples: sentiment.count,
  };
}

/** Computes the buckets of a range from its samples. The range consists of whole buckets. */
export async function* rawBuckets(
  samples: (range: Range) => AsyncIterable<readonly Sample[]>,
  range: Range,
  width: Width,
): AsyncGenerator<readonly HistoryBucket[]> {
  let start: number | undefined;
  let price = emptyTally();
  let sentiment = emptyTally();
  for await (const slice of samples(range)) {
    const completed: HistoryBucket[] = [];
    for (const sample of slice) {
      const sampleStart = bucketStart(sample.time, width);
      if (sampleStart !== start) {
        if (start !== undefined) completed.push(toBucket(start, price, sentiment));
        start = sampleStart;
        price = emptyTally();
        sentiment = emptyTally();
      }
      add(price, sample.price);
      add(sentiment, sample.sentiment);
    }
    yield completed;
  }
  if (start !== undefined) yield [toBucket(start, price, sentiment)];
}
