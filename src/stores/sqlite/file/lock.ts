import { DatabaseSync } from 'node:sqlite';
import { SetupError } from '../../../domain/errors.ts';
import { explain } from './database.ts';
import { isBusy } from './faults.ts';

function take(path: string): DatabaseSync {
  const lock = new DatabaseSync(path);
  try {
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE');
  } catch (cause) {
    lock.close();
    if (!isBusy(cause)) throw explain(cause, path);
    throw new SetupError('DATA_DIR is served by another process: stop that one, or name another folder', {
      cause,
    });
  }
  return lock;
}

/**
 * Makes this process the only one that serves the file, until it ends, however it ends: the lock is
 * the operating system's, on a database of its own, so that readers and imports of the samples go on.
 *
 * @throws SetupError when another process has it.
 */
export function lockForServing(path: string): Disposable {
  const lock = take(path);
  return { [Symbol.dispose]: () => lock.close() };
}
