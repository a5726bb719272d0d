import { existsSync, realpathSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { SetupError } from '../../../domain/errors.ts';
import { explain, isBusy } from './faults.ts';

function take(path: string): DatabaseSync {
  const lock = new DatabaseSync(path);
  try {
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE');
  } catch (cause) {
    lock.close();
    if (!isBusy(cause)) throw explain(cause, path);
    throw new SetupError('DATA_DIR is in use by another service: stop that one, or set another folder', {
      cause,
    });
  }
  return lock;
}

/**
 * Makes this process the only one that serves the file, until it ends. The operating system releases the lock. It is on a
 * separate database, so that exports and imports still work. A link to the file shares the lock. The file may be missing.
 *
 * @throws SetupError if another process holds it.
 */
export function lockForServing(path: string): Disposable {
  const lock = take(`${existsSync(path) ? realpathSync(path) : path}-serving`);
  return { [Symbol.dispose]: () => lock.close() };
}
