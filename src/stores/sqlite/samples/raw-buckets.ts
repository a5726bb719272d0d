import type { DatabaseSync } from 'node:sqlite';
import type { HistoryBucket } from '../../../domain/bucket.ts';
import { bucketStart, type Width } from '../../../domain/time/bucket-width.ts';
import { SCALE, type Sums, toBucket } from './sums.ts';

const SUMS = `
  SELECT total(price), count(price), min(price), max(price), total(sentiment), count(sentiment), total(price * ${SCALE})
  FROM sample WHERE time >= ? AND time < ?
`;

const FIRST = 'SELECT time FROM sample WHERE time >= ? AND time < ? ORDER BY time LIMIT 1';

/** Bucket by bucket, to look at the clock between, and since a grouping of samples by an expression would sort all of them. */
export function prepareRawBucket(database: DatabaseSync) {
  const sumsOf = database.prepare(SUMS);
  const first = database.prepare(FIRST);
  for (const statement of [sumsOf, first]) statement.setReturnArrays(true);

  /** Reads one bucket, or finds the first one of a range. @returns the time up to which all was read. */
  return function rawBucket(at: number, to: number, width: Width, buckets: HistoryBucket[]): number {
    const row = sumsOf.get(at, at + width) as unknown as [...Sums, scaledPriceSum: number];
    const [priceSum, prices, priceMin, priceMax, sentimentSum, sentiments, scaledPriceSum] = row;
    if (prices + sentiments === 0) {
      const next = first.get(at + width, to) as unknown as [time: number] | undefined;
      return next ? bucketStart(next[0], width) : to;
    }
    // A sum that is not a number came of infinite ones.
    const sums: Sums = [
      priceSum ?? Number.POSITIVE_INFINITY,
      prices,
      priceMin,
      priceMax,
      sentimentSum,
      sentiments,
    ];
    buckets.push(toBucket(at, sums, scaledPriceSum));
    return at + width;
  };
}
