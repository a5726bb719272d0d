import { lstatSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncFolder } from './sync-folder.ts';

/** Beside a database file SQLite looks for these, and takes what it finds for its own. */
const SIDE_FILES = ['-journal', '-wal', '-shm'] as const;

const isAnythingAt = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false }) !== undefined;

export interface NewFile extends AsyncDisposable {
  /** Syncs it and its name, and keeps it: without this it is removed when it is disposed of, or when the process exits. */
  keep(): Promise<void>;
}

/** Something is at the path already, or beside it where SQLite would take it for a part of the database. */
export class TakenError extends Error {
  override readonly name = 'TakenError';
}

/**
 * Creates a database file, empty, where nothing is: no link is followed, and nothing is replaced.
 *
 * @throws TakenError
 */
export async function createFile(path: string): Promise<NewFile> {
  const side = SIDE_FILES.map((ending) => `${path}${ending}`);
  const taken = side.find(isAnythingAt);
  if (taken !== undefined) throw new TakenError(taken);
  const handle = await open(path, 'wx').catch((error) => {
    throw error.code === 'EEXIST' ? new TakenError(path, { cause: error }) : error;
  });
  const { dev, ino } = await handle.stat();

  /** Somebody may have put another file there meanwhile. */
  function isOurs(): boolean {
    const there = lstatSync(path, { throwIfNoEntry: false });
    return there?.dev === dev && there.ino === ino;
  }
  function remove(): void {
    if (!isOurs()) return;
    for (const one of [path, ...side]) rmSync(one, { force: true });
  }
  process.once('exit', remove);
  let isKept = false;
  return {
    async keep() {
      await handle.sync();
      syncFolder(dirname(path));
      if (!isOurs()) throw new Error(`${path} was moved, replaced or deleted meanwhile`);
      isKept = true;
    },
    async [Symbol.asyncDispose]() {
      process.off('exit', remove);
      if (!isKept) remove();
      // Not before: the number of a file that is open is given to no other one.
      await handle.close();
    },
  };
}
