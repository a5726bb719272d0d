import { setImmediate } from 'node:timers/promises';
import type { OpenFile } from '../file/open-file.ts';
import { patiently } from '../file/transaction.ts';
import { prepareRollups } from './rollups.ts';

/** What a change is made with, once there is something to change. */
export interface Changing {
  /** To be called before the first sample is changed: what changes without it is another program's doing. */
  begin(): void;
}

/** What a change did. */
export interface Changed {
  readonly count: number;
  /** The starts of the hours whose samples it changed. */
  readonly hours: ReadonlySet<number>;
}

/** Makes a change once no other process is at one. @returns its count. */
export type Change = (work: (changing: Changing) => Changed, signal: AbortSignal) => Promise<number>;

/** One transaction, in one turn of the event loop, of a change of samples and of the hours and days that it is in. */
export function prepareChange({ database, write }: Pick<OpenFile, 'database' | 'write'>): Change {
  let statements: ReturnType<typeof prepareStatements> | undefined;
  function prepareStatements() {
    return {
      begin: database.prepare('INSERT INTO own_change VALUES (1)'),
      end: database.prepare('DELETE FROM own_change'),
      rollups: prepareRollups(database),
    };
  }

  function once(work: (changing: Changing) => Changed): Promise<Changed> {
    // When first needed: a file that is only read may be of a version without these tables.
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
      rollups.remake(done.hours);
      if (hasBegun) end.run();
      return done;
    });
  }

  return async (work, signal) => {
    signal.throwIfAborted();
    const { count } = await patiently(() => once(work), signal);
    // So that whoever makes one change after the other leaves turns to others.
    await setImmediate();
    return count;
  };
}
