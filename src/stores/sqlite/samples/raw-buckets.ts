import type { DatabaseSync } from 'node:sqlite';
import type { HistoryBucket } from '../../../domain/bucket.ts';
import { bucketStart, type Width } from '../../../domain/time/bucket-width.ts';
import { IS_VALID_PRICE } from '../file/schema.ts';
import { hasValidPrices, type Sums, toBucket } from './sums.ts';

const sums = (filter: string): string => `
  SELECT total(price)${filter}, count(price)${filter}, min(price)${filter}, max(price)${filter},
    total(sentiment), count(sentiment)
  FROM sample WHERE time >= ? AND time < ?
`;

const FIRST = `
  SELECT time FROM sample WHERE time >= ? AND time < ? AND (${IS_VALID_PRICE} OR sentiment IS NOT NULL)
  ORDER BY time LIMIT 1
`;

/** Bucket by bucket, to look at the clock between, and since a grouping of samples by an expression would sort all of them. */
export function prepareRawBucket(database: DatabaseSync) {
  const allSums = database.prepare(sums(''));
  const validSums = database.prepare(sums(` FILTER (WHERE ${IS_VALID_PRICE})`));
  const first = database.prepare(FIRST);
  for (const statement of [allSums, validSums, first]) statement.setReturnArrays(true);

  /** Reads one bucket, or finds the first one of a range. @returns the time up to which all was read. */
  return function rawBucket(at: number, to: number, width: Width, buckets: HistoryBucket[]): number {
    let row = allSums.get(at, at + width) as unknown as Sums;
    // The filter takes a third more time, and hardly any bucket needs it.
    if (!hasValidPrices(row)) row = validSums.get(at, at + width) as unknown as Sums;
    const [, prices, , , , sentiments] = row;
    if (prices + sentiments === 0) {
      const next = first.get(at + width, to) as unknown as [time: number] | undefined;
      return next ? bucketStart(next[0], width) : to;
    }
    buckets.push(toBucket(at, row));
    return at + width;
  };
}
