import type { DatabaseSync } from 'node:sqlite';
import type { HistoryBucket } from '../../../domain/bucket.ts';
import { bucketStart, DAY, type Width } from '../../../domain/time/bucket-width.ts';
import type { Range } from '../../../domain/time/range.ts';
import { HOUR } from '../../../domain/time/time.ts';
import { add, hasValidPrices, type Sums, toBucket } from '../../sums.ts';
import { prepareRow, prepareRows } from '../file/rows.ts';
import { atOneMoment } from '../file/transaction.ts';
import type { Slice } from './range.ts';
import { prepareRawBucket, prepareSums } from './raw-buckets.ts';
import type { Retention } from './retention.ts';

/** Time in one turn of the event loop. */
const SLICE_MS = 2;

/** Rows of one query: less work than a slice, and more rows than the widest bucket has. */
const ROWS = 200;

const rowsOf = (table: 'hour' | 'day'): string => `
  SELECT start, price_sum, price_count, price_min, price_max, sentiment_sum, sentiment_count
  FROM ${table} WHERE start >= ? AND start < ? ORDER BY start LIMIT ${ROWS}
`;

/** The first hour of a range that another program has changed. */
export const STALE = 'SELECT start FROM stale_hour WHERE start >= ? AND start < ? ORDER BY start LIMIT 1';

type RollupRow = [start: number, ...sums: Sums];

function prepareRollupRows(database: DatabaseSync) {
  return {
    hour: prepareRows<RollupRow>(database, rowsOf('hour')),
    day: prepareRows<RollupRow>(database, rowsOf('day')),
    stale: prepareRow<[start: number]>(database, STALE),
  };
}

/** @param hasRollups false for a file of an earlier version that is only read. */
export function prepareBuckets(
  database: DatabaseSync,
  hasRollups: boolean,
  retention: Pick<Retention, 'rawSince'>,
) {
  const raw = prepareRawBucket(database);
  const sumsOf = prepareSums(database);
  const rollups = hasRollups ? prepareRollupRows(database) : undefined;

  /** Reads one bucket of at least an hour without relying on hours that can be stale. */
  function fromSamples(at: number, width: Width, buckets: HistoryBucket[]): number {
    const rawSince = retention.rawSince();
    if (!rollups || at >= rawSince) return raw(at, at + width, width, (bucket) => void buckets.push(bucket));
    // The samples of its first days were trimmed. Such a bucket is a week, since samples are trimmed by days.
    const sums = sumsOf(rawSince, at + width);
    for (const [, ...day] of rollups.day(at, Math.min(rawSince, at + width))) add(sums, day);
    if (sums[1] + sums[5] > 0) buckets.push(toBucket(at, sums));
    return at + width;
  }

  /** Reads the first buckets of a range. @returns the time up to which all was read. */
  function readRollups(from: number, to: number, width: Width, buckets: HistoryBucket[]): number {
    const push = (bucket: HistoryBucket) => void buckets.push(bucket);
    if (!rollups) return raw(from, to, width, push);
    const stale = rollups.stale(Math.max(from, retention.rawSince()), to);
    const end = stale === undefined ? to : bucketStart(stale[0], width);
    if (end <= from) return fromSamples(from, width, buckets);
    const rows = rollups[width < DAY ? 'hour' : 'day'](from, end);
    let at: { start: number; sums: Sums } | undefined;
    const finish = () => {
      if (!at) return;
      // An older version may have counted invalid prices.
      if (hasValidPrices(at.sums)) buckets.push(toBucket(at.start, at.sums));
      else fromSamples(at.start, width, buckets);
    };
    for (const [start, ...sums] of rows) {
      const begins = bucketStart(start, width);
      if (at?.start === begins) {
        add(at.sums, sums);
        continue;
      }
      finish();
      at = { start: begins, sums };
    }
    // The last bucket may continue in the next rows.
    if (rows.length === ROWS && at) return at.start;
    finish();
    return end;
  }

  /** Reads the first buckets of a range, for two milliseconds, in one transaction. */
  return function bucketSlice({ from, to }: Range, width: Width): Slice<HistoryBucket> {
    const until = performance.now() + SLICE_MS;
    const buckets: HistoryBucket[] = [];
    const push = (bucket: HistoryBucket) => void buckets.push(bucket);
    const next = (start: number): number =>
      width < HOUR ? raw(start, to, width, push) : readRollups(start, to, width, buckets);
    let at = from;
    atOneMoment(database, () => {
      while (at < to) {
        at = next(at);
        if (performance.now() > until) break;
      }
    });
    return { items: buckets, rest: at < to ? { from: at, to } : undefined };
  };
}
