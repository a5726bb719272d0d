import type { DatabaseSync } from 'node:sqlite';
import type { Batches } from './batches.ts';
import type { Change } from './change.ts';

/** Hours made again in one transaction: a day, a few milliseconds of work. */
const HOURS = 24;

/** Makes the hours again that another program changed samples of, and those of a file that had none; the newest first. */
export function prepareMend(database: DatabaseSync, change: Change, { pause }: Batches) {
  let statements: ReturnType<typeof prepareStatements> | undefined;
  function prepareStatements() {
    const newest = database.prepare(`SELECT start FROM stale_hour ORDER BY start DESC LIMIT ${HOURS}`);
    newest.setReturnArrays(true);
    return { newest, forget: database.prepare('DELETE FROM stale_hour WHERE start BETWEEN ? AND ?') };
  }

  return async function mend(signal: AbortSignal): Promise<boolean> {
    // When first needed: a file that is only read may be of a version without this table.
    statements ??= prepareStatements();
    const { newest, forget } = statements;
    const stale = () => (newest.all() as unknown as [start: number][]).map(([start]) => start);
    let hasMended = false;
    while (stale().length > 0) {
      await change(() => {
        const hours = stale();
        forget.run(hours.at(-1) ?? 0, hours[0] ?? 0);
        return { count: hours.length, hours: new Set(hours) };
      }, signal);
      hasMended = true;
      await pause();
    }
    return hasMended;
  };
}
