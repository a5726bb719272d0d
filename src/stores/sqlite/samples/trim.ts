import type { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { MAX_HOLD_MS } from '../../sample-store.ts';
import { prepareRow, prepareRows } from '../file/rows.ts';
import { COMPLETE_ENDS } from '../file/schema.ts';
import type { Change } from './change.ts';
import type { Retention } from './retention.ts';

/** Rows per transaction: half a day of samples, about two milliseconds of work. */
const ROWS = 1440;

/** Pages that are given back to the file system per transaction: some milliseconds of work. */
const PAGES = 200;

/** Fewer free pages stay in the file, since each day's new samples use those of the day that was trimmed. */
const MIN_FREE_PAGES = 250;

/** Leaves most of the time to readers and other writers. */
const PAUSE_MS = 10;

const NO_HOURS: ReadonlySet<number> = new Set();

/**
 * First makes the averages before a time final, in one small transaction; then deletes the samples, which nothing depends on
 * any more, and shrinks the file.
 *
 * @param repair recomputes stale hours; after it, all hours have their averages.
 */
export function prepareTrim(
  database: DatabaseSync,
  change: Change,
  retention: Retention,
  repair: (signal: AbortSignal) => Promise<boolean>,
) {
  let statements: ReturnType<typeof prepareStatements> | undefined;
  function prepareStatements() {
    return {
      any: prepareRow<[time: number]>(database, 'SELECT time FROM sample WHERE time < ? LIMIT 1'),
      stale: prepareRow<[start: number]>(database, 'SELECT start FROM stale_hour WHERE start < ? LIMIT 1'),
      times: prepareRows<[time: number]>(
        database,
        `SELECT time FROM sample WHERE time < ? ORDER BY time LIMIT ${ROWS}`,
      ),
      remove: database.prepare('DELETE FROM sample WHERE time <= ?'),
      ends: database.prepare(COMPLETE_ENDS),
      freePages: prepareRow<[count: number]>(database, 'SELECT freelist_count FROM pragma_freelist_count'),
    };
  }

  return async function trim(before: number, now: number, signal: AbortSignal): Promise<number> {
    await repair(signal);
    statements ??= prepareStatements();
    const { any, stale, times, remove, ends, freePages } = statements;
    function isHeld(): boolean {
      const until = retention.heldUntil();
      return until > now && until <= now + MAX_HOLD_MS;
    }

    const mayTrim = await change(() => {
      const may = !isHeld() && any(before) !== undefined && stale(before) === undefined;
      if (may) {
        ends.run(retention.rawSince(), before);
        retention.trimmed(before);
      }
      return { count: may ? 1 : 0, hours: NO_HOURS };
    }, signal);

    let removed = 0;
    for (let count = mayTrim; count > 0; await sleep(PAUSE_MS, undefined, { signal })) {
      count = await change(({ begin }) => {
        const rows = isHeld() ? [] : times(Math.min(before, retention.rawSince()));
        const last = rows.at(-1);
        if (!last) return { count: 0, hours: NO_HOURS };
        begin();
        remove.run(last[0]);
        return { count: rows.length, hours: NO_HOURS };
      }, signal);
      removed += count;
    }

    for (let free = freePages()?.[0] ?? 0; free >= MIN_FREE_PAGES; ) {
      await change(() => {
        database.exec(`PRAGMA incremental_vacuum(${PAGES})`);
        return { count: 0, hours: NO_HOURS };
      }, signal);
      const left = freePages()?.[0] ?? 0;
      // A file from a time before the setting does not shrink; its free pages are reused.
      if (left >= free) break;
      free = left;
      await sleep(PAUSE_MS, undefined, { signal });
    }
    return removed;
  };
}
