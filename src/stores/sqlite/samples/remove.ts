import type { DatabaseSync } from 'node:sqlite';
import type { Range } from '../../../domain/time/range.ts';
import { HOUR } from '../../../domain/time/time.ts';
import { prepareRows } from '../file/rows.ts';
import type { Batches } from './batches.ts';
import type { Change } from './change.ts';
import type { Retention } from './retention.ts';
import { hourOf } from './rollups.ts';

const TIMES = 'SELECT time FROM sample WHERE time >= ? AND time < ? ORDER BY time LIMIT ?';

const HOURS = 'SELECT start FROM hour WHERE start >= ? AND start < ? ORDER BY start LIMIT ?';

/** Trimmed hours per transaction. */
const MAX_HOURS = 240;

export function prepareRemove(
  database: DatabaseSync,
  change: Change,
  retention: Retention,
  { size, pause }: Batches,
) {
  let statements: ReturnType<typeof prepareErase> | undefined;
  function prepareErase() {
    return {
      hours: prepareRows<[start: number]>(database, HOURS),
      erase: database.prepare('DELETE FROM hour WHERE start BETWEEN ? AND ?'),
      eraseEnds: database.prepare('DELETE FROM hour_end WHERE start BETWEEN ? AND ?'),
    };
  }
  const times = prepareRows<[time: number]>(database, TIMES);
  const remove = database.prepare('DELETE FROM sample WHERE time BETWEEN ? AND ?');

  /** Deletes the averages of the whole trimmed hours of a range. A part of an hour cannot be taken out of its average. */
  async function eraseHours({ from, to }: Range, signal: AbortSignal): Promise<void> {
    // Prepared when first needed, since a file of an earlier version that is only read has no ends of hours.
    statements ??= prepareErase();
    const { hours, erase, eraseEnds } = statements;
    for (let count = MAX_HOURS; count === MAX_HOURS; await pause()) {
      count = await change(() => {
        const end = Math.min(hourOf(to), retention.rawSince());
        const starts = hours(hourOf(from + HOUR - 1), end, MAX_HOURS).map(([start]) => start);
        const [first, last] = [starts[0], starts.at(-1)];
        for (const one of [erase, eraseEnds])
          if (first !== undefined && last !== undefined) one.run(first, last);
        return { count: starts.length, hours: new Set(), erased: starts };
      }, signal);
    }
  }

  return async function removeRange({ from, to }: Range, signal: AbortSignal): Promise<number> {
    let removed = 0;
    for (let isLast = false; !isLast; ) {
      const count = await change(({ begin }) => {
        const rows = times(from, to, size);
        const [first, last] = [rows[0], rows.at(-1)];
        if (!first || !last) return { count: 0, hours: new Set() };
        const hours = retention.untrimmedHours(rows.map(([time]) => time));
        begin();
        remove.run(first[0], last[0]);
        return { count: rows.length, hours };
      }, signal);
      removed += count;
      isLast = count < size;
      if (!isLast) await pause();
    }
    if (from < retention.rawSince()) await eraseHours({ from, to }, signal);
    return removed;
  };
}
