import { realpathSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { setTimeout } from 'node:timers/promises';
import { SetupError } from '../../domain/errors.ts';
import type { Access, Store } from '../store.ts';
import { prepareAppend } from './append.ts';
import { explain, openForReading, openForWriting } from './database.ts';
import { isBusy, storeError } from './faults.ts';
import { lockForServing } from './lock.ts';
import { prepareThreeHours } from './three-hours.ts';

/** How long opening waits for another process's lock, in milliseconds. */
const PATIENCE = 5000;

async function patiently<T>(open: () => T): Promise<T> {
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

function storeOn(database: DatabaseSync, lock: Disposable | undefined): Store {
  const append = prepareAppend(database);
  const { newest, threeHours } = prepareThreeHours(database);
  const attempt = async <T>(read: () => T): Promise<T> => {
    try {
      return read();
    } catch (cause) {
      throw storeError(cause);
    }
  };
  return {
    append,
    newest: (latest) => attempt(() => newest(latest)),
    threeHours: (latest) => attempt(() => threeHours(latest)),
    check: () => attempt(() => void newest(0)),
    async [Symbol.asyncDispose]() {
      database.close();
      lock?.[Symbol.dispose]();
    },
  };
}

/** @returns `undefined` where there is nothing to read, and nothing may be created. */
export async function openSqlite(options: { path: string; access: Access }): Promise<Store | undefined> {
  const { path, access } = options;
  if (access === 'read') {
    const database = await patiently(() => openForReading(path));
    return database && storeOn(database, undefined);
  }
  // First the file, for what is wrong with it is told by name; then the right to serve it.
  const database = await patiently(() => openForWriting(path));
  try {
    // By the file's own path, so that a link to it is no second file.
    const lockPath = `${realpathSync(path)}-serving`;
    return storeOn(database, access === 'serve' ? lockForServing(lockPath) : undefined);
  } catch (cause) {
    database.close();
    throw explain(cause, path);
  }
}
