import { realpathSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { setTimeout } from 'node:timers/promises';
import { SetupError, StoreError } from '../../domain/errors.ts';
import type { Access } from '../access.ts';
import { startCheckpoints } from './file/checkpoints.ts';
import { explain, openForReading, openForWriting } from './file/database.ts';
import { isBusy } from './file/faults.ts';
import { lockForServing } from './file/lock.ts';
import { keepFile } from './file/open-file.ts';
import { watchFile } from './file/watch.ts';
import type { Batches } from './samples/batches.ts';
import { createSqliteStore, type SqliteStore } from './sqlite-store.ts';

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

export interface SqliteOptions {
  readonly path: string;
  readonly access: Access;
  /** Called, where the file is opened for serving, within about a second after another process may have written to it. */
  readonly onUpdate?: () => void;
  /**
   * Called once it was noticed that the file was moved, replaced or deleted: within about a second where it is opened
   * for serving, else at the next write. All that was acknowledged is in the file that was moved, and no write is taken
   * any more.
   */
  readonly onLost?: (error: StoreError) => void;
  readonly onWarning?: (text: string) => void;
}

/** A day of 30-second samples: some milliseconds of work between turns of the event loop. */
const SERVING: Batches = { size: 2880, hours: 100, pause: async () => undefined };

/** In a process that serves nobody, and that leaves the lock to one that does, which tries for it every 20 ms. */
const WRITING: Batches = { size: 30_000, hours: 300, pause: () => setTimeout(5) };

async function openToRead(path: string): Promise<SqliteStore | undefined> {
  const database = await patientlyOpen(() => openForReading(path));
  if (!database) return undefined;
  const file = {
    database,
    write: (): never => {
      throw new StoreError('failed', 'the store was opened for reading only');
    },
    assertThere: () => undefined,
  };
  const opened = { [Symbol.asyncDispose]: async () => database.close() };
  const { store, ...rest } = createSqliteStore({ path, file, batches: SERVING, opened });
  return { store: { ...store, repair: async () => false }, ...rest };
}

/** Closes a database where what is to be made of it fails. */
function orClose<T>(database: DatabaseSync, path: string, make: () => T): T {
  try {
    return make();
  } catch (cause) {
    database.close();
    throw explain(cause, path);
  }
}

async function openToWrite({ path, onLost }: SqliteOptions): Promise<SqliteStore> {
  const database = await patientlyOpen(() => openForWriting(path));
  const file = orClose(database, path, () => keepFile({ database, path, onLost }));
  return createSqliteStore({ path, file, batches: WRITING, opened: file });
}

async function openToServe({ path, onUpdate, onLost, onWarning }: SqliteOptions): Promise<SqliteStore> {
  await using stack = new AsyncDisposableStack();
  // First the file, for what is wrong with it is told by name; then the right to serve it.
  const database = await patientlyOpen(() => openForWriting(path));
  const checkpoints = startCheckpoints(path, (text) => onWarning?.(text));
  const file = orClose(database, path, () => {
    // By the file's own path, so that a link to it is no second file.
    stack.use(lockForServing(`${realpathSync(path)}-serving`));
    return keepFile({ database, path, onLost, onWritten: checkpoints.soon });
  });
  stack.use(file);
  stack.use(checkpoints);
  const { look } = file;
  stack.use(
    watchFile({
      database,
      path,
      look,
      onUpdate() {
        checkpoints.soon();
        onUpdate?.();
      },
    }),
  );
  const opened = stack.move();
  return createSqliteStore({ path, file, batches: SERVING, opened, onWarning });
}

/** @returns `undefined` where there is nothing to read, and nothing may be created. */
export async function openSqlite(options: SqliteOptions): Promise<SqliteStore | undefined> {
  switch (options.access) {
    case 'read':
      return await openToRead(options.path);
    case 'write':
      return await openToWrite(options);
    case 'serve':
      return await openToServe(options);
  }
}
