import { realpathSync } from 'node:fs';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { SetupError } from '../../domain/errors.ts';
import type { Range } from '../../domain/range.ts';
import type { Width } from '../../domain/width.ts';
import type { Access, Memory, Store } from '../store.ts';
import { backUp } from './backup.ts';
import type { Batches } from './batches.ts';
import { explain, openForReading, openForWriting } from './database.ts';
import { isBusy, storeError } from './faults.ts';
import { type Followed, followFile, type Prepared, prepare } from './followed.ts';
import { lockForServing } from './lock.ts';
import { createMemory } from './memory.ts';
import { watchWrites } from './watch.ts';

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

function storeOn(path: string, file: Pick<Followed, 'current'>, opened: DisposableStack): SqliteStore {
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
  async function* buckets(whole: Range, width: Width) {
    for (let rest: Range | undefined = whole; rest; await setImmediate()) {
      const at: Range = rest;
      const slice = await attempt(({ bucketSlice }) => bucketSlice(at, width));
      yield slice.buckets;
      rest = slice.rest;
    }
  }
  const store: Store = {
    append: async (samples, signal) => file.current().append(samples, signal),
    newest: (latest) => attempt(({ newest }) => newest(latest)),
    threeHours: (latest) => attempt(({ threeHours }) => threeHours(latest)),
    range,
    oldest: () => attempt(({ oldest }) => oldest()),
    buckets,
    remove: async (whole, signal) => file.current().remove(whole, signal),
    mend: async (signal) => file.current().mend(signal),
    check: () => attempt(({ newest }) => void newest(0)),
    [Symbol.asyncDispose]: async () => opened.dispose(),
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
  /** Told, where the file is opened for serving, within about a second that another process may have written to it. */
  readonly onUpdate?: () => void;
}

/** A day of 30-second samples: some milliseconds of work between turns of the event loop. */
const SERVING: Batches = { size: 2880, hours: 100, pause: async () => undefined };

/** In a process that serves nobody, and that leaves the lock to one that does, which tries for it every 20 ms. */
const WRITING: Batches = { size: 30_000, hours: 300, pause: () => setTimeout(5) };

/** @returns `undefined` where there is nothing to read, and nothing may be created. */
export async function openSqlite(options: SqliteOptions): Promise<SqliteStore | undefined> {
  const { path, access } = options;
  using opened = new DisposableStack();
  if (access === 'read') {
    const database = await patientlyOpen(() => openForReading(path));
    if (!database) return undefined;
    opened.defer(() => database.close());
    const prepared = { ...prepare(database, () => undefined, SERVING), mend: async () => false };
    return storeOn(path, { current: () => prepared }, opened.move());
  }
  // First the file, for what is wrong with it is told by name; then the right to serve it.
  const database = await patientlyOpen(() => openForWriting(path));
  try {
    // By the file's own path, so that a link to it is no second file.
    const lockPath = `${realpathSync(path)}-serving`;
    const lock = access === 'serve' ? opened.use(lockForServing(lockPath)) : undefined;
    const onChange = () => options.onWarning?.(`${path} was replaced or deleted: what is there now is used`);
    const batches = lock ? SERVING : WRITING;
    const file = opened.use(followFile({ path, opened: database, lock, batches, onChange }));
    if (lock)
      opened.use(
        watchWrites(
          () => file.opened()?.database,
          () => options.onUpdate?.(),
        ),
      );
    return storeOn(path, file, opened.move());
  } catch (cause) {
    database.close();
    throw explain(cause, path);
  }
}
