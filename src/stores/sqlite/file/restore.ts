import { existsSync, realpathSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { backup, type DatabaseSync } from 'node:sqlite';
import { SetupError, StoreError } from '../../../domain/errors.ts';
import { createFile, removeDatabase, SIDE_FILES } from '../../new-file.ts';
import { syncFolder } from '../../sync-folder.ts';
import { openSqliteToCheck } from '../check/check.ts';
import { makeFolder, openForReading, openUntouched } from './database.ts';
import { isBusy, storeError } from './faults.ts';
import { lockForServing } from './lock.ts';

/** @throws StoreError if the file is not an intact backup; the system's error if it is not there. */
async function assertIntact(file: string, signal: AbortSignal): Promise<void> {
  await using store = openSqliteToCheck(file);
  if (!store) throw Object.assign(new Error(`${file} does not exist`), { syscall: 'open' });
  try {
    const { damages } = await store.check(signal);
    const [first] = damages.filter(({ kind }) => kind !== 'derived');
    using database = first ? undefined : openUntouched(file);
    if (database) return;
    throw new StoreError('unsuitable', `${file} is not an intact backup: ${first?.what ?? 'it is empty'}`);
  } catch (cause) {
    if (!(cause instanceof SetupError)) throw cause;
    throw new StoreError('unsuitable', `${file} is not a backup that this version can read`, { cause });
  }
}

function hasSamples(database: DatabaseSync): boolean {
  const tables = new Set(
    database
      .prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")
      .all()
      .map(({ name }) => String(name)),
  );
  return ['sample', 'hour'].some(
    (table) => tables.has(table) && database.prepare(`SELECT 1 FROM ${table} LIMIT 1`).get() !== undefined,
  );
}

/** @throws StoreError `occupied`. */
function assertEmpty(path: string): void {
  using database = openForReading(path);
  if (!database || !hasSamples(database)) return;
  throw new StoreError(
    'occupied',
    `${path} already holds samples: move it away (with -wal and -shm), or set another DATA_DIR`,
  );
}

/** Copies a backup to a path, where no file of this name stays if it fails. */
async function copyTo(path: string, file: string, signal: AbortSignal): Promise<void> {
  using source = openForReading(file);
  if (!source) throw new Error(`${file} was deleted`);
  // A killed restore may have left it.
  removeDatabase(path);
  await using target = await createFile(path, SIDE_FILES);
  await backup(source, path, { progress: () => signal.throwIfAborted() });
  signal.throwIfAborted();
  await target.keep();
}

/**
 * Restores a backup as the store's file. An existing file is replaced only if it has no samples, once all is copied.
 *
 * @throws StoreError: `unsuitable` if the backup is not intact, `occupied` if the store has samples; SetupError if a service uses
 *   it.
 */
export async function restoreFile(file: string, place: string, signal: AbortSignal): Promise<void> {
  await assertIntact(file, signal);
  makeFolder(dirname(place));
  using _ = lockForServing(place);
  const path = existsSync(place) ? realpathSync(place) : place;
  const copy = `${path}.restoring`;
  try {
    assertEmpty(path);
    const left = existsSync(path) ? undefined : SIDE_FILES.map((end) => `${path}${end}`).find(existsSync);
    if (left)
      throw new StoreError(
        'occupied',
        `${left} belongs to a file that was moved away: move it there as well`,
      );
    await copyTo(copy, file, signal);
    // Another process may have added samples meanwhile. From here on nothing waits.
    assertEmpty(path);
    for (const ending of SIDE_FILES) rmSync(`${path}${ending}`, { force: true });
    renameSync(copy, path);
    syncFolder(dirname(path));
  } catch (cause) {
    removeDatabase(copy);
    signal.throwIfAborted();
    if (cause instanceof StoreError || cause instanceof SetupError) throw cause;
    if (isBusy(cause)) throw storeError(cause);
    throw new StoreError('failed', 'the backup cannot be restored', { cause });
  }
}
