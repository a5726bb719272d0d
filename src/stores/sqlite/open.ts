import { realpathSync } from 'node:fs';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { SetupError } from '../../domain/errors.ts';
import type { Range } from '../../domain/range.ts';
import { rawBuckets } from '../raw-buckets.ts';
import type { Access, Memory, Store } from '../store.ts';
import { backUp } from './backup.ts';
import { explain, openForReading, openForWriting } from './database.ts';
import { isBusy, storeError } from './faults.ts';
import { type Followed, followFile, type Prepared, prepare } from './followed.ts';
import { lockForServing } from './lock.ts';
import { createMemory } from './memory.ts';
import { patiently } from './patience.ts';

/** How long opening waits for another process's lock, in milliseconds. */
const PATIENCE = 5000;

async function patientlyOpen<T>(open: () => T): Promise<T> {
  for (const until = Date.now() + PATIENCE; ; await setTimeout(50)) {
    try {
      return open();
    } catch (cause) {
      if (!isBusy(cause)) throw cause;
      if (Date.now() < until) continue;
      throw new SetupError('DATA_DIR holds a file that another process keeps locked: stop that one', {
        cause,
      });
    }
  }
}

function storeOn(path: string, file: Followed, lock?: Disposable): SqliteStore {
  const attempt = async <T>(read: (prepared: Prepared) => T): Promise<T> => {
    try {
      return read(file.current());
    } catch (cause) {
      throw storeError(cause);
    }
  };
  async function* range(whole: Range) {
    for (let rest: Range | undefined = whole; rest; await setImmediate()) {
      const at: Range = rest;
      const slice = await attempt((prepared) => prepared.slice(at));
      yield slice.samples;
      rest = slice.rest;
    }
  }
  const store: Store = {
    append: async (samples, signal) => file.current().append(samples, signal),
    newest: (latest) => attempt(({ newest }) => newest(latest)),
    threeHours: (latest) => attempt(({ threeHours }) => threeHours(latest)),
    range,
    oldest: () =>
      attempt(({ database }) => {
        const oldest = database.prepare('SELECT min(time) AS time FROM sample').get()?.['time'];
        return typeof oldest === 'number' ? oldest : undefined;
      }),
    buckets: (whole, width) => rawBuckets(range, whole, width),
    remove: async ({ from, to }, signal) => {
      signal.throwIfAborted();
      return patiently(() => {
        const { changes } = file
          .current()
          .database.prepare('DELETE FROM sample WHERE time >= ? AND time < ?')
          .run(from, to);
        return Number(changes);
      }, signal);
    },
    mend: async () => false,
    check: () => attempt(({ newest }) => void newest(0)),
    async [Symbol.asyncDispose]() {
      file[Symbol.dispose]();
      lock?.[Symbol.dispose]();
    },
  };
  return {
    store,
    memory: createMemory(() => file.current()),
    backUp: (target) => backUp(path, target),
  };
}

export interface SqliteStore {
  readonly store: Store;
  readonly memory: Memory;
  /** Copies the file as it is at one moment; see backup.ts. */
  backUp(target: string): Promise<void>;
}

export interface SqliteOptions {
  readonly path: string;
  readonly access: Access;
  /** Told when the file was replaced or deleted while it was in use. */
  readonly onWarning?: (text: string) => void;
}

/** @returns `undefined` where there is nothing to read, and nothing may be created. */
export async function openSqlite(options: SqliteOptions): Promise<SqliteStore | undefined> {
  const { path, access } = options;
  if (access === 'read') {
    const database = await patientlyOpen(() => openForReading(path));
    if (!database) return undefined;
    const prepared = prepare(database, () => undefined);
    return storeOn(path, { current: () => prepared, [Symbol.dispose]: () => database.close() });
  }
  // First the file, for what is wrong with it is told by name; then the right to serve it.
  const database = await patientlyOpen(() => openForWriting(path));
  try {
    // By the file's own path, so that a link to it is no second file.
    const lockPath = `${realpathSync(path)}-serving`;
    const lock = access === 'serve' ? lockForServing(lockPath) : undefined;
    const tell = () => options.onWarning?.(`${path} was replaced or deleted: what is there now is used`);
    return storeOn(path, followFile({ path, opened: database, lock, onChange: tell }), lock);
  } catch (cause) {
    database.close();
    throw explain(cause, path);
  }
}
