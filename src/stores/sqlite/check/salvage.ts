import { DatabaseSync, type SQLOutputValue } from 'node:sqlite';
import { DAY } from '../../../domain/time/bucket-width.ts';
import { BITCOIN_BEGAN, HOUR } from '../../../domain/time/time.ts';
import { isBusy } from '../file/faults.ts';

/** A page has more rows than this, so that no page is missed between two probes. */
const ROWS_BETWEEN_PROBES = 40;

/** The tables with times, their keys, and how far apart rows may be, in milliseconds, before some are read. */
export const TIMED_TABLES = [
  ['sample', 'time', HOUR / 2],
  ['hour', 'start', HOUR],
  ['hour_end', 'start', HOUR],
  ['day', 'start', DAY],
] as const;

type Row = Record<string, SQLOutputValue>;

/** Opens a damaged file, which SQLite otherwise refuses if it is shorter than its header says. */
export function openDamaged(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { readOnly: true, defensive: false, timeout: 0 });
  database.exec('PRAGMA writable_schema = ON');
  return database;
}

/** Reads rows until one cannot be read. */
function* untilDamage(database: DatabaseSync, sql: string, ...values: number[]): Generator<Row, boolean> {
  try {
    yield* database.prepare(sql).iterate(...values) as Iterable<Row>;
    return true;
  } catch (error) {
    if (isBusy(error)) throw error;
    return false;
  }
}

/**
 * Reads all rows of a table that can be read, in no order. From both ends of a range, it reads up to the damage; then it halves
 * what is between, down to what a single page covers.
 *
 * @param now epoch milliseconds: later rows are read only up to the first damage.
 */
export function* readableRows(
  database: DatabaseSync,
  [table, key, usualMs]: (typeof TIMED_TABLES)[number],
  now: number,
): Generator<Row> {
  const sql = `SELECT * FROM ${table} WHERE ${key} >= ? AND ${key} < ? ORDER BY ${key}`;
  let spacingMs: number = usualMs;
  const ranges = [{ from: BITCOIN_BEGAN, to: now + DAY }];
  for (let range = ranges.pop(); range; range = ranges.pop()) {
    let { from, to } = range;
    const up = untilDamage(database, sql, from, to);
    let rows = 0;
    let next = up.next();
    for (; !next.done; next = up.next()) {
      const time = Number(next.value[key]);
      if (rows > 0) spacingMs = Math.min(spacingMs * 1.1, Math.max(1, time - from));
      from = time + 1;
      rows += 1;
      yield next.value;
    }
    if (next.value) continue;
    for (const row of untilDamage(database, `${sql} DESC`, from, to)) {
      to = Number(row[key]);
      yield row;
    }
    if (to - from < ROWS_BETWEEN_PROBES * spacingMs) continue;
    const middle = Math.floor((from + to) / 2);
    ranges.push({ from, to: middle }, { from: middle, to });
  }
  yield* untilDamage(database, sql, now + DAY, Number.MAX_SAFE_INTEGER);
}

/** Reads the rows of a small table that can be read. */
export const readableTexts = (database: DatabaseSync, table: string): Generator<Row> =>
  untilDamage(database, `SELECT * FROM ${table} NOT INDEXED`);
