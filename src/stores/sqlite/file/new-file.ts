import { lstatSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncFolder } from './sync-folder.ts';

/** SQLite uses files with these endings beside a database file, whoever created them. */
export const SIDE_FILES = ['-journal', '-wal', '-shm'] as const;

/** Removes a database file, and those beside it, as far as they exist. */
export function removeDatabase(path: string): void {
  for (const ending of ['', ...SIDE_FILES]) rmSync(`${path}${ending}`, { force: true });
}

const isAnythingAt = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false }) !== undefined;

export interface NewFile extends AsyncDisposable {
  /** Syncs the file and its name, and keeps it. Otherwise the file is removed when this is disposed, or the process exits. */
  keep(): Promise<void>;
}

/** The path, or that of a side file, exists already. */
export class TakenError extends Error {
  override readonly name = 'TakenError';
}

/**
 * Creates an empty database file. It follows no link and replaces nothing.
 *
 * @throws TakenError
 */
export async function createFile(path: string): Promise<NewFile> {
  const taken = SIDE_FILES.map((ending) => `${path}${ending}`).find(isAnythingAt);
  if (taken !== undefined) throw new TakenError(taken);
  const handle = await open(path, 'wx').catch((error) => {
    throw error.code === 'EEXIST' ? new TakenError(path, { cause: error }) : error;
  });
  const { dev, ino } = await handle.stat();

  /** Another program may have replaced the file. */
  function isOurs(): boolean {
    const there = lstatSync(path, { throwIfNoEntry: false });
    return there?.dev === dev && there.ino === ino;
  }
  function remove(): void {
    if (isOurs()) removeDatabase(path);
  }
  process.once('exit', remove);
  let isKept = false;
  return {
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
