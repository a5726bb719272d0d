import { setImmediate } from 'node:timers/promises';
import type { OpenFile } from '../file/open-file.ts';
import { patiently } from '../file/transaction.ts';
import { type ChangedHours, prepareRollups } from './rollups.ts';

/** Passed to a change. */
export interface Changing {
  /** Must be called before the first sample is changed. Otherwise the triggers take it for another program's change. */
  begin(): void;
}

/** The result of a change. */
export interface Changed extends ChangedHours {
  readonly count: number;
}

/** Makes a change as soon as no other process holds the write lock. @returns its count. */
export type Change = (work: (changing: Changing) => Changed, signal: AbortSignal) => Promise<number>;

/**
 * Prepares changes of samples. Each is one transaction, which also recomputes the hours and days of the samples.
 *
 * @param onChanged called in each transaction that changes samples or averages, with the hours whose averages it changes.
 */
export function prepareChange(
  { database, write }: Pick<OpenFile, 'database' | 'write'>,
  onChanged: (changed: ChangedHours) => void,
): Change {
  let statements: ReturnType<typeof prepareStatements> | undefined;
  function prepareStatements() {
    return {
      begin: database.prepare('INSERT INTO own_change VALUES (1)'),
      end: database.prepare('DELETE FROM own_change'),
      rollups: prepareRollups(database),
    };
  }

  function once(work: (changing: Changing) => Changed): Promise<Changed> {
    // Prepared when first needed, because a file that is only read may be of a version without these tables.
    statements ??= prepareStatements();
    const { begin, end, rollups } = statements;
    return write(() => {
      let hasBegun = false;
      const done = work({
        begin() {
          hasBegun = true;
          begin.run();
        },
      });
      rollups.remake(done);
      if (hasBegun) end.run();
      if (done.count > 0 || done.hours.size > 0) onChanged(done);
      return done;
    });
  }

  return async (work, signal) => {
    signal.throwIfAborted();
    const { count } = await patiently(() => once(work), signal);
    // Gives other work a turn between two changes.
    await setImmediate();
    return count;
  };
}
