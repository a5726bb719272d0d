import type { DatabaseSync } from 'node:sqlite';
import { MAX_PRICE_USD } from '../../../domain/admission.ts';
import type { Hour } from '../../../domain/bucket.ts';
import { bucketStart } from '../../../domain/time/bucket-width.ts';
import type { Range } from '../../../domain/time/range.ts';
import { HOUR } from '../../../domain/time/time.ts';
import { prepareRow, prepareRows } from '../file/rows.ts';
import { END_OF_HOUR } from '../file/schema.ts';
import { atOneMoment } from '../file/transaction.ts';
import { STALE } from './buckets.ts';
import type { Slice } from './range.ts';
import { prepareRawBucket } from './raw-buckets.ts';
import type { Retention } from './retention.ts';

/** Time in one turn of the event loop. */
const SLICE_MS = 2;

/** Rows of one query: half a millisecond of work. */
const ROWS = 800;

const HOURS = `
  SELECT hour.start, hour.price_sum / hour.price_count, sentiment_sum / sentiment_count, price_first, price_last,
    hour.price_count = 0 OR (price_min > 0 AND price_max <= ${MAX_PRICE_USD})
  FROM hour LEFT JOIN hour_end ON hour_end.start = hour.start
    AND hour_end.price_sum = hour.price_sum AND hour_end.price_count = hour.price_count
  WHERE hour.start >= ? AND hour.start < ? ORDER BY hour.start LIMIT ${ROWS}
`;

type HourRow = [
  start: number,
  price: number | null,
  sentiment: number | null,
  firstPrice: number | null,
  lastPrice: number | null,
  isValid: 0 | 1,
];

function toHour([start, price, sentiment, firstPrice, lastPrice]: HourRow): Hour {
  if (price === null || firstPrice === null || lastPrice === null) {
    return sentiment === null ? { start } : { start, sentiment };
  }
  if (sentiment === null) return { start, price, firstPrice, lastPrice };
  return { start, price, sentiment, firstPrice, lastPrice };
}

/** @param hasEnds false for a file of an earlier version that is only read. */
export function prepareHours(
  database: DatabaseSync,
  hasEnds: boolean,
  retention: Pick<Retention, 'rawSince'>,
) {
  const raw = prepareRawBucket(database);
  const firstOf = prepareRow<[price: number]>(database, END_OF_HOUR.first);
  const lastOf = prepareRow<[price: number]>(database, END_OF_HOUR.last);
  const rollups = hasEnds
    ? {
        rows: prepareRows<HourRow>(database, HOURS),
        stale: prepareRow<[start: number]>(database, STALE),
      }
    : undefined;

  /** Reads one hour from samples, or finds the first one. @returns the time up to which all was read. */
  function readRaw(at: number, to: number, hours: Hour[]): number {
    const next = raw(at, to, HOUR, (bucket) => {
      const { start, price, sentiment } = bucket;
      const [firstPrice] = firstOf(start) ?? [];
      const [lastPrice] = lastOf(start) ?? [];
      hours.push({
        start,
        ...(price !== undefined && { price }),
        ...(sentiment !== undefined && { sentiment }),
        ...(typeof firstPrice === 'number' && { firstPrice }),
        ...(typeof lastPrice === 'number' && { lastPrice }),
      });
    });
    return next;
  }

  function readHours(at: number, to: number, hours: Hour[]): number {
    if (!rollups) return readRaw(at, to, hours);
    const stale = rollups.stale(Math.max(at, retention.rawSince()), to)?.[0];
    const end = stale === undefined ? to : bucketStart(stale, HOUR);
    if (end <= at) return readRaw(at, at + HOUR, hours);
    const rows = rollups.rows(at, end);
    for (const row of rows) {
      // An older version may have counted invalid prices, or changed an hour without its ends.
      if (row[5] === 1 && (row[1] === null || row[3] !== null)) hours.push(toHour(row));
      else readRaw(row[0], row[0] + HOUR, hours);
    }
    const last = rows.at(-1);
    return rows.length === ROWS && last ? last[0] + HOUR : end;
  }

  /** Reads the first hours of a range, for two milliseconds, in one transaction. */
  return function hourSlice({ from, to }: Range): Slice<Hour> {
    const until = performance.now() + SLICE_MS;
    const hours: Hour[] = [];
    let at = from;
    atOneMoment(database, () => {
      while (at < to) {
        at = readHours(at, to, hours);
        if (performance.now() > until) break;
      }
    });
    return { items: hours, rest: at < to ? { from: at, to } : undefined };
  };
}
