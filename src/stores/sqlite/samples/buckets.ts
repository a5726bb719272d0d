import type { DatabaseSync } from 'node:sqlite';
import type { HistoryBucket } from '../../../domain/bucket.ts';
import { bucketStart, DAY, type Width } from '../../../domain/time/bucket-width.ts';
import type { Range } from '../../../domain/time/range.ts';
import { HOUR } from '../../../domain/time/time.ts';
import { prepareRawBucket } from './raw-buckets.ts';
import { add, hasValidPrices, type Sums, toBucket } from './sums.ts';

/** What a slice takes before the event loop goes on. Milliseconds. */
const SLICE = 2;

/** Rows of one query: a part of a slice, and more than the widest bucket has. */
const ROWS = 200;

const rowsOf = (table: 'hour' | 'day'): string => `
  SELECT start, price_sum, price_count, price_min, price_max, sentiment_sum, sentiment_count
  FROM ${table} WHERE start >= ? AND start < ? ORDER BY start LIMIT ${ROWS}
`;

const STALE = 'SELECT start FROM stale_hour WHERE start >= ? AND start < ? ORDER BY start LIMIT 1';

function prepareKept(database: DatabaseSync) {
  const rows = { hour: database.prepare(rowsOf('hour')), day: database.prepare(rowsOf('day')) };
  const stale = database.prepare(STALE);
  for (const statement of [rows.hour, rows.day, stale]) statement.setReturnArrays(true);
  return {
    rows: (table: 'hour' | 'day', from: number, to: number) =>
      rows[table].all(from, to) as unknown as [start: number, ...sums: Sums][],
    firstStale: (from: number, to: number) => (stale.get(from, to) as unknown as [number] | undefined)?.[0],
  };
}

export interface BucketSlice {
  readonly buckets: readonly HistoryBucket[];
  readonly rest: Range | undefined;
}

/** @param hasRollups whether the file keeps hours and days: one of an earlier version that is only read does not. */
export function prepareBuckets(database: DatabaseSync, hasRollups: boolean) {
  const raw = prepareRawBucket(database);
  const kept = hasRollups ? prepareKept(database) : undefined;

  /** Reads from a time on, up to another one at most. @returns the time up to which all was read. */
  function readKept(from: number, to: number, width: Width, buckets: HistoryBucket[]): number {
    if (!kept) return raw(from, to, width, buckets);
    const stale = kept.firstStale(from, to);
    const end = stale === undefined ? to : bucketStart(stale, width);
    if (end <= from) return raw(from, from + width, width, buckets);
    const rows = kept.rows(width < DAY ? 'hour' : 'day', from, end);
    let at: { start: number; sums: Sums } | undefined;
    const finish = () => {
      if (!at) return;
      // An older version may have counted prices that are ignored now.
      if (hasValidPrices(at.sums)) buckets.push(toBucket(at.start, at.sums));
      else raw(at.start, at.start + width, width, buckets);
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
    // The last one may go on in the rows that follow.
    if (rows.length === ROWS && at) return at.start;
    finish();
    return end;
  }

  const read = (width: Width) => (width < HOUR ? raw : readKept);

  /** As many buckets of a range of whole ones, from its beginning, as two milliseconds give: all of one moment. */
  return function bucketSlice({ from, to }: Range, width: Width): BucketSlice {
    const until = performance.now() + SLICE;
    const buckets: HistoryBucket[] = [];
    const next = read(width);
    let at = from;
    database.exec('BEGIN');
    try {
      while (at < to) {
        at = next(at, to, width, buckets);
        if (performance.now() > until) break;
      }
    } finally {
      // A fault may have ended it already.
      if (database.isTransaction) database.exec('COMMIT');
    }
    return { buckets, rest: at < to ? { from: at, to } : undefined };
  };
}
