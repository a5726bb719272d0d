import { lstatSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { StoreError } from '../domain/errors.ts';
import { syncFolder } from './sync-folder.ts';

/** The suffixes of SQLite's temporary files, which are next to the database file. */
export const SIDE_FILES = ['-journal', '-wal', '-shm'] as const;

function removeFiles(path: string, sides: readonly string[]): void {
  for (const ending of ['', ...sides]) rmSync(`${path}${ending}`, { force: true });
}

/** Removes a database file, and those beside it, as far as they exist. */
export const removeDatabase = (path: string): void => removeFiles(path, SIDE_FILES);

const isAnythingAt = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false }) !== undefined;

export interface NewFile extends AsyncDisposable {
  write(bytes: Uint8Array): Promise<void>;
  /** Syncs the file and its name, and keeps it. Otherwise the file is removed when this is disposed, or the process exits. */
  keep(): Promise<void>;
}

const takenError = (path: string): StoreError =>
  new StoreError('unsuitable', `${path} already exists: name another file`);

/**
 * Creates an empty file. It follows no link and replaces nothing.
 *
 * @param sides the endings of files that must not be beside it, and are removed with it.
 * @throws StoreError, `unsuitable` if one of them exists; `failed` if the file cannot be created.
 */
export async function createFile(path: string, sides: readonly string[] = []): Promise<NewFile> {
  const taken = sides.map((ending) => `${path}${ending}`).find(isAnythingAt);
  if (taken !== undefined) throw takenError(taken);
  const handle = await open(path, 'wx').catch((cause) => {
    throw cause.code === 'EEXIST'
      ? takenError(path)
      : new StoreError('failed', `${path} cannot be written`, { cause });
  });
  const { dev, ino } = await handle.stat();

  /** Another program may have replaced the file. */
  function isOurs(): boolean {
    const there = lstatSync(path, { throwIfNoEntry: false });
    return there?.dev === dev && there.ino === ino;
  }
  function remove(): void {
    if (isOurs()) removeFiles(path, sides);
  }
  process.once('exit', remove);
  let isKept = false;
  return {
    write: (bytes) => handle.writeFile(bytes),
    async keep() {
      await handle.sync();
      syncFolder(dirname(path));
      if (!isOurs()) throw new Error(`${path} was moved, replaced or deleted during the backup`);
      isKept = true;
    },
    async [Symbol.asyncDispose]() {
      process.off('exit', remove);
      if (!isKept) remove();
      // Closed last: while the file is open, no other file gets its inode number.
      await handle.close();
    },
  };
}
