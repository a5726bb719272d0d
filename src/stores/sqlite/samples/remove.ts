import type { DatabaseSync } from 'node:sqlite';
import type { Range } from '../../../domain/time/range.ts';
import { prepareRows } from '../file/rows.ts';
import type { Batches } from './batches.ts';
import type { Change } from './change.ts';
import { hourOf } from './rollups.ts';

const TIMES = 'SELECT time FROM sample WHERE time >= ? AND time < ? ORDER BY time LIMIT ?';

export function prepareRemove(database: DatabaseSync, change: Change, { size, pause }: Batches) {
  const times = prepareRows<[time: number]>(database, TIMES);
  const remove = database.prepare('DELETE FROM sample WHERE time BETWEEN ? AND ?');

  return async function removeRange({ from, to }: Range, signal: AbortSignal): Promise<number> {
    let removed = 0;
    for (let isLast = false; !isLast; ) {
      const count = await change(({ begin }) => {
        const rows = times(from, to, size);
        const [first, last] = [rows[0], rows.at(-1)];
        if (!first || !last) return { count: 0, hours: new Set() };
        begin();
        remove.run(first[0], last[0]);
        return { count: rows.length, hours: new Set(rows.map(([time]) => hourOf(time))) };
      }, signal);
      removed += count;
      isLast = count < size;
      if (!isLast) await pause();
    }
    return removed;
  };
}
