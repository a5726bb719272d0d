import { existsSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { backup, DatabaseSync } from 'node:sqlite';
import { messagesOf, SetupError, StoreError } from '../../../domain/errors.ts';
import { openSqliteToCheck } from '../check/check.ts';
import { makeFolder, openForReading, openUntouched } from './database.ts';
import { lockForServing } from './lock.ts';
import { createFile } from './new-file.ts';

/** @throws StoreError if the file is not an intact backup; the system's error if it is not there. */
async function assertIntact(file: string, signal: AbortSignal): Promise<void> {
  await using store = openSqliteToCheck(file);
  if (!store) throw Object.assign(new Error(`${file} does not exist`), { syscall: 'open' });
  try {
    const { damages } = await store.check(signal);
    const [first] = damages.filter(({ kind }) => kind !== 'derived');
    if (!first && openUntouched(file)) return;
    throw new StoreError('unsuitable', `${file} is not an intact backup: ${first?.what ?? 'it is empty'}`);
  } catch (cause) {
    if (!(cause instanceof SetupError)) throw cause;
    throw new StoreError('unsuitable', `${file} is not a backup that this version can read`, { cause });
  }
}

function hasSamples(path: string): boolean {
  using database = openForReading(path);
  if (!database) return false;
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

/**
 * Restores a backup as the store's file. An existing file is replaced only if it has no samples.
 *
 * @throws StoreError: `unsuitable` if the backup is not intact, `busy` if the store has samples; SetupError if a service uses it.
 */
export async function restoreFile(file: string, path: string, signal: AbortSignal): Promise<void> {
  await assertIntact(file, signal);
  makeFolder(dirname(path));
  using _ = lockForServing(path);
  if (existsSync(path)) {
    if (hasSamples(path))
      throw new StoreError(
        'busy',
        `${path} already holds samples: move it away (with -wal and -shm), or set another DATA_DIR`,
      );
    for (const ending of ['', '-wal', '-shm']) rmSync(`${path}${ending}`, { force: true });
  }
  try {
    using source = new DatabaseSync(file, { readOnly: true });
    await using target = await createFile(path);
    await backup(source, path, { progress: () => signal.throwIfAborted() });
    await target.keep();
  } catch (cause) {
    signal.throwIfAborted();
    throw new StoreError('failed', `the backup cannot be restored: ${messagesOf(cause)}`, { cause });
  }
}
