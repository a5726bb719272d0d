import {
  copyFileSync,
  existsSync,
  linkSync,
  realpathSync,
  renameSync,
  statSync,
  truncateSync,
} from 'node:fs';
import { dirname } from 'node:path';
import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { isPrice } from '../../../domain/admission.ts';
import { bucketStart, DAY } from '../../../domain/time/bucket-width.ts';
import { BITCOIN_BEGAN, formatTime } from '../../../domain/time/time.ts';
import { removeDatabase, SIDE_FILES } from '../../new-file.ts';
import { syncFolder } from '../../sync-folder.ts';
import { openForWriting } from '../file/database.ts';
import { isMisfit } from '../file/faults.ts';
import { ROLLUP_COLUMNS } from '../file/schema.ts';
import { inTransaction } from '../file/transaction.ts';
import { openDamaged, readableRows, readableTexts, TIMED_TABLES } from './salvage.ts';

/** Rows per transaction. */
const BATCH = 20_000;

type Values = readonly SQLInputValue[];

/** Damage that SQLite does not notice may give any values. */
function sampleOf({ time, price, sentiment }: Record<string, unknown>): Values[] {
  const isTime = typeof time === 'number' && time >= BITCOIN_BEGAN;
  const validPrice = typeof price === 'number' && isPrice(price) ? price : null;
  const validSentiment = typeof sentiment === 'number' && Math.abs(sentiment) <= 1 ? sentiment : null;
  return isTime && (validPrice !== null || validSentiment !== null)
    ? [[time, validPrice, validSentiment]]
    : [];
}

const rollupOf =
  (columns: readonly string[]) =>
  (row: Record<string, unknown>): Values[] => [
    columns.map((column) => (row[column] ?? null) as SQLInputValue),
  ];

const VALUES_OF = {
  sample: sampleOf,
  hour: rollupOf(['start', ...ROLLUP_COLUMNS]),
  hour_end: rollupOf(['start', 'price_sum', 'price_count', 'price_first', 'price_last']),
  day: rollupOf(['start', ...ROLLUP_COLUMNS]),
} as const;

function insertAll(target: DatabaseSync, table: string, rows: Iterable<Values>): number {
  let inserts: ReturnType<DatabaseSync['prepare']> | undefined;
  let count = 0;
  let batch: Values[] = [];
  const flush = () =>
    inTransaction(target, () => {
      for (const values of batch) {
        inserts ??= target.prepare(`INSERT OR IGNORE INTO ${table} VALUES (${values.map(() => '?').join()})`);
        try {
          count += Number(inserts.run(...values).changes);
        } catch (error) {
          // Values that do not fit the table are damage too.
          if (!isMisfit(error)) throw error;
        }
      }
      batch = [];
    });
  for (const values of rows) if (batch.push(values) === BATCH) flush();
  flush();
  return count;
}

function* mapped(rows: Iterable<Record<string, unknown>>, map: (row: Record<string, unknown>) => Values[]) {
  for (const row of rows) yield* map(row);
}

/**
 * The time before which hours are final. If it cannot be read, it is the day of the first sample: nothing is left to recompute the
 * hours before it from.
 */
export function rawSinceOf(source: DatabaseSync, target: DatabaseSync): number {
  const [row] = [...readableTexts(source, 'retention')];
  if (typeof row?.['raw_since'] === 'number') return row['raw_since'];
  const first = target.prepare('SELECT min(time) AS time FROM sample').get()?.['time'];
  const hour = target.prepare('SELECT min(start) AS start FROM hour').get()?.['start'];
  return typeof first === 'number' && typeof hour === 'number' && hour < bucketStart(first, DAY)
    ? bucketStart(first, DAY)
    : 0;
}

const PAGE_BYTES = 4096;

/** A path for a file that is removed, with its side files, before and after it is used. */
function temporary(path: string): Disposable & { readonly path: string } {
  removeDatabase(path);
  return { path, [Symbol.dispose]: () => removeDatabase(path) };
}

/**
 * A file that was cut within a page ends with a part of a page, which SQLite would fill with zeros: copies it without that part,
 * and its log.
 *
 * @returns the path to read: of the copy, or of the file itself if it has whole pages.
 */
function wholePages(path: string, copy: string): string {
  const { size } = statSync(path);
  if (size % PAGE_BYTES === 0) return path;
  copyFileSync(path, copy);
  truncateSync(copy, size - (size % PAGE_BYTES));
  if (existsSync(`${path}-wal`)) copyFileSync(`${path}-wal`, `${copy}-wal`);
  return copy;
}

/**
 * Copies everything that can be read from a damaged file into a new one, which takes its place. The damaged file stays beside it.
 * If nothing can be read, or it fails, nothing changes.
 *
 * @param file a link stays.
 * @param now epoch milliseconds; also in the name of the damaged file.
 * @returns what was done, one line each; `undefined` if nothing can be read.
 */
export function rescue(file: string, now: number): string[] | undefined {
  const path = realpathSync(file);
  using fresh = temporary(`${path}.repaired`);
  using copy = temporary(`${path}.whole-pages`);
  using source = openDamaged(wholePages(path, copy.path));
  const target = openForWriting(fresh.path);
  const counts: string[] = [];
  let total = 0;
  try {
    target.exec('INSERT INTO own_change VALUES (1)');
    const copyRows = (table: string, rows: Iterable<Values>) => {
      const count = insertAll(target, table, rows);
      total += count;
      counts.push(`${count.toLocaleString('en')} ${table}s`);
    };
    for (const table of TIMED_TABLES) {
      copyRows(table[0], mapped(readableRows(source, table, now), VALUES_OF[table[0]]));
    }
    for (const [table, key] of [
      ['document', 'name'],
      ['headline', 'key'],
    ] as const)
      copyRows(
        table,
        mapped(readableTexts(source, table), (row) => [[String(row[key]), String(row['text'])]]),
      );
    target.prepare('INSERT INTO retention (id, raw_since) VALUES (1, ?)').run(rawSinceOf(source, target));
    target.exec('DELETE FROM own_change; PRAGMA wal_checkpoint(TRUNCATE)');
  } finally {
    target.close();
  }
  source.close();
  if (total === 0) return undefined;
  const damaged = `${path}.damaged-${formatTime(now).replaceAll(':', '')}`;
  // At each moment, there is a file at the path.
  linkSync(path, damaged);
  for (const ending of SIDE_FILES) {
    if (existsSync(`${path}${ending}`)) renameSync(`${path}${ending}`, `${damaged}${ending}`);
  }
  renameSync(fresh.path, path);
  syncFolder(dirname(path));
  return [
    `copied what could be read (${counts.join(', ')}) into a new file`,
    `the damaged file is ${damaged}`,
  ];
}
