import type { DatabaseSync } from 'node:sqlite';
import { MAX_PRICE_USD } from '../../../domain/admission.ts';
import type { Hour } from '../../../domain/bucket.ts';
import {
  createHourColumns,
  endOf,
  type HourColumns,
  partOf,
  setHour,
  within,
} from '../../../domain/past/hour-columns.ts';
import { bucketStart } from '../../../domain/time/bucket-width.ts';
import type { Range } from '../../../domain/time/range.ts';
import { HOUR } from '../../../domain/time/time.ts';
import { type HourPages, PAGE_HOURS, pageStart } from '../../hour-pages.ts';
import { prepareRow, prepareRows } from '../file/rows.ts';
import { DATA_VERSION, END_OF_HOUR } from '../file/schema.ts';
import { atOneMoment } from '../file/transaction.ts';
import { STALE } from './buckets.ts';
import { prepareRawBucket } from './raw-buckets.ts';
import type { Retention } from './retention.ts';

/** Time in one turn of the event loop. */
const SLICE_MS = 2;

/** Rows of one query where some hours are read from samples. */
const SLOW_ROWS = 100;

const HOURS = `
  SELECT hour.start, hour.price_sum / hour.price_count, sentiment_sum / sentiment_count, price_first, price_last,
    hour.price_count = 0 OR (price_min > 0 AND price_max <= ${MAX_PRICE_USD})
  FROM hour LEFT JOIN hour_end ON hour_end.start = hour.start
    AND hour_end.price_sum = hour.price_sum AND hour_end.price_count = hour.price_count
  WHERE hour.start >= ? AND hour.start < ? ORDER BY hour.start LIMIT ?
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

/** An older version may have counted invalid prices, or changed an hour without its ends. */
const isReliable = ([, price, , firstPrice, , isValid]: HourRow): boolean =>
  isValid === 1 && (price === null || firstPrice !== null);

/** @param hasEnds false for a file of an earlier version that is only read. */
export function prepareHours(
  database: DatabaseSync,
  hasEnds: boolean,
  retention: Pick<Retention, 'rawSince'>,
  pages: HourPages,
) {
  const raw = prepareRawBucket(database);
  const firstOf = prepareRow<[price: number]>(database, END_OF_HOUR.first);
  const lastOf = prepareRow<[price: number]>(database, END_OF_HOUR.last);
  const dataVersion = prepareRow<[version: number]>(database, DATA_VERSION);
  const rollups = hasEnds
    ? {
        rows: prepareRows<HourRow>(database, HOURS),
        stale: prepareRow<[start: number]>(database, STALE),
      }
    : undefined;

  /** Reads one hour from samples, or finds the first one. @returns the time up to which all was read. */
  function readRaw(at: number, to: number, found: (hour: Hour) => void): number {
    return raw(at, to, HOUR, ({ start, price, sentiment }) => {
      const [firstPrice] = firstOf(start) ?? [];
      const [lastPrice] = lastOf(start) ?? [];
      found({
        start,
        ...(price !== undefined && { price }),
        ...(sentiment !== undefined && { sentiment }),
        ...(typeof firstPrice === 'number' && { firstPrice }),
        ...(typeof lastPrice === 'number' && { lastPrice }),
      });
    });
  }

  /** Reads the first hours of a range, for two milliseconds. @returns the time up to which all was read. */
  function readHours(from: number, to: number, found: (hour: Hour) => void): number {
    const until = performance.now() + SLICE_MS;
    let at = from;
    do {
      const stale = rollups?.stale(Math.max(at, retention.rawSince()), to)?.[0];
      const end = stale === undefined ? to : bucketStart(stale, HOUR);
      if (!rollups) at = readRaw(at, to, found);
      else if (end <= at) at = readRaw(at, at + HOUR, found);
      else {
        const rows = rollups.rows(at, end, SLOW_ROWS);
        for (const row of rows) {
          if (isReliable(row)) found(toHour(row));
          else readRaw(row[0], row[0] + HOUR, found);
        }
        const last = rows.at(-1);
        at = last && rows.length === SLOW_ROWS ? last[0] + HOUR : end;
      }
    } while (at < to && performance.now() < until);
    return at;
  }

  /** Reads the hours of a range from samples where rollups are missing or stale. */
  function readSlowly(from: number, to: number): HourColumns {
    const hours = createHourColumns(from, (to - from) / HOUR);
    const end = readHours(from, to, (hour) => setHour(hours, hour));
    return within(hours, { from, to: end });
  }

  /** @returns `undefined` if rollups are missing or stale. A page without samples has no hours. */
  function readPage(start: number, version: number): HourColumns | undefined {
    const end = start + PAGE_HOURS * HOUR;
    if (!rollups || rollups.stale(Math.max(start, retention.rawSince()), end)) return undefined;
    const rows = rollups.rows(start, end, PAGE_HOURS);
    if (rows.length === 0) return createHourColumns(start, 0);
    if (!rows.every(isReliable)) return undefined;
    const page = createHourColumns(start, PAGE_HOURS);
    for (const row of rows) setHour(page, toHour(row));
    return pages.keep(page, version);
  }

  /**
   * Reads the first hours of a range of whole hours, at most a page, in one transaction of about two milliseconds.
   *
   * @returns those hours, none if there are no samples, and the rest of the range.
   */
  return function hourSlice({ from, to }: Range): { hours: HourColumns; rest: Range | undefined } {
    return atOneMoment(database, () => {
      // It changes with each commit of another connection.
      const [version = 0] = dataVersion() ?? [];
      const start = pageStart(from);
      const end = Math.min(to, start + PAGE_HOURS * HOUR);
      const page = pages.recall(from, version) ?? readPage(start, version);
      const hours = page ? partOf(page, { from, to: end }) : readSlowly(from, end);
      const at = page ? end : endOf(hours);
      return { hours, rest: at < to ? { from: at, to } : undefined };
    });
  };
}
