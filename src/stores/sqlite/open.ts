import type { DatabaseSync } from 'node:sqlite';
import { setTimeout } from 'node:timers/promises';
import { SetupError, StoreError } from '../../domain/errors.ts';
import type { Access } from '../definition.ts';
import { openForReading, openForWriting } from './file/database.ts';
import { explain, isBusy } from './file/faults.ts';
import { lockForServing } from './file/lock.ts';
import { keepFile } from './file/open-file.ts';
import { watchFile } from './file/watch.ts';
import { startCheckpoints } from './log/checkpoints.ts';
import type { Batches } from './samples/batches.ts';
import { createSqliteStore, type SqliteStore } from './sqlite-store.ts';

/** How long opening waits for another process's lock. */
export const LOCK_WAIT_MS = 5000;
const RETRY_AFTER_MS = 50;

/** @throws SetupError with SQLite's error as its cause if the lock is held too long. */
export async function openOnceUnlocked<T>(open: () => T): Promise<T> {
  for (const until = Date.now() + LOCK_WAIT_MS; ; await setTimeout(RETRY_AFTER_MS)) {
    try {
      return open();
    } catch (cause) {
      if (!isBusy(cause)) throw cause;
      if (Date.now() < until) continue;
      throw new SetupError('another process uses the file in DATA_DIR: stop that process, and start again', {
        cause,
      });
    }
  }
}

export interface SqliteOptions {
  readonly path: string;
  readonly access: Access;
  /** Called within about a second after another process may have written to the file. Only with access `serve`. */
  readonly onUpdate?: () => void;
  /**
   * Called once when the store notices that its file was moved, replaced or deleted: with access `serve` within about a
   * second, otherwise at the next write. All acknowledged writes are in the moved file, and further writes are rejected.
   */
  readonly onLost?: (error: StoreError) => void;
  readonly onWarning?: (text: string) => void;
}

/** A day of 30-second samples: some milliseconds of work in one turn of the event loop. */
const SERVING: Batches = { size: 2880, hours: 100, pause: async () => undefined };

/** For a process that does not serve. The pause lets a service get the lock, which it tries for every 20 ms. */
const WRITING: Batches = { size: 30_000, hours: 300, pause: () => setTimeout(5) };

async function openToRead(path: string): Promise<SqliteStore | undefined> {
  const database = await openOnceUnlocked(() => openForReading(path));
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

/** Closes a database if `make` fails. */
function orClose<T>(database: DatabaseSync, path: string, make: () => T): T {
  try {
    return make();
  } catch (cause) {
    database.close();
    throw explain(cause, path);
  }
}

async function openToWrite({ path, onLost }: SqliteOptions): Promise<SqliteStore> {
  const database = await openOnceUnlocked(() => openForWriting(path));
  const file = orClose(database, path, () => keepFile({ database, path, onLost }));
  return createSqliteStore({ path, file, batches: WRITING, opened: file });
}

async function openToServe({ path, onUpdate, onLost, onWarning }: SqliteOptions): Promise<SqliteStore> {
  await using stack = new AsyncDisposableStack();
  // Opens the file before locking it, since an error in the file is the more useful message.
  const database = await openOnceUnlocked(() => openForWriting(path));
  const checkpoints = startCheckpoints(path, (text) => onWarning?.(text));
  const file = orClose(database, path, () => {
    stack.use(lockForServing(path));
    return keepFile({
      database,
      path,
      onLost(error) {
        checkpoints.stop();
        onLost?.(error);
      },
      onWritten: checkpoints.soon,
    });
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

/** @returns `undefined` if there is no file to read. */
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

/** Opens the file for a long read. @returns `undefined` if there is none. */
export async function openSqliteToCopy(
  options: Omit<SqliteOptions, 'access'>,
): Promise<SqliteStore | undefined> {
  const opened = await openToRead(options.path);
  if (!opened) return undefined;
  // A file that is opened for reading counts as unchanging while nobody writes it, which is not safe for a long read.
  await opened.store[Symbol.asyncDispose]();
  try {
    return await openToWrite({ ...options, access: 'write' });
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    // The folder is not writable, so nobody will write the file.
    return await openToRead(options.path);
  }
}
