import type { DatabaseSync } from 'node:sqlite';
import type { HistoryBucket } from '../../../domain/bucket.ts';
import { bucketStart, type Width } from '../../../domain/time/bucket-width.ts';
import { hasValidPrices, type Sums, toBucket } from '../../sums.ts';
import { prepareRow } from '../file/rows.ts';
import { IS_VALID_PRICE } from '../file/schema.ts';

const sums = (filter: string): string => `
  SELECT total(price)${filter}, count(price)${filter}, min(price)${filter}, max(price)${filter},
    total(sentiment), count(sentiment)
  FROM sample WHERE time >= ? AND time < ?
`;

const FIRST = `
  SELECT time FROM sample WHERE time >= ? AND time < ? AND (${IS_VALID_PRICE} OR sentiment IS NOT NULL)
  ORDER BY time LIMIT 1
`;

/** Prepares the sums over all samples of a range, without invalid prices. */
export function prepareSums(database: DatabaseSync): (from: number, to: number) => Sums {
  const allSums = prepareRow<Sums>(database, sums(''));
  const validSums = prepareRow<Sums>(database, sums(` FILTER (WHERE ${IS_VALID_PRICE})`));
  return (from, to) => {
    const all = allSums(from, to) as Sums;
    // The filter takes a third more time, and hardly any range needs it.
    return hasValidPrices(all) ? all : (validSums(from, to) as Sums);
  };
}

/** Reads bucket by bucket, so that the caller can stop in time, and since grouping by an expression would sort all samples. */
export function prepareRawBucket(database: DatabaseSync) {
  const sumsOf = prepareSums(database);
  const first = prepareRow<[time: number]>(database, FIRST);

  /** Reads one bucket, or finds the first one of a range. @returns the time up to which all was read. */
  return function rawBucket(
    at: number,
    to: number,
    width: Width,
    found: (bucket: HistoryBucket) => void,
  ): number {
    const row = sumsOf(at, at + width);
    const [, prices, , , , sentiments] = row;
    if (prices + sentiments === 0) {
      const next = first(at + width, to);
      return next ? bucketStart(next[0], width) : to;
    }
    found(toBucket(at, row));
    return at + width;
  };
}
