import { existsSync, linkSync, rmSync } from 'node:fs';
import { open, writeFile } from 'node:fs/promises';
import { backup, DatabaseSync } from 'node:sqlite';
import { StoreError } from '../../domain/errors.ts';
import { openForReading } from './database.ts';
import { storeError } from './faults.ts';

/** Pages between two looks at whether others want the file: some milliseconds of work, in a thread of its own. */
const RATE = 1000;

/** A connection of its own, in whose one moment the copy is taken, whatever is written meanwhile. */
function openMoment(path: string): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path, { readOnly: true, timeout: 0 });
    database.exec('BEGIN; SELECT count(*) FROM sqlite_schema');
    return database;
  } catch (cause) {
    database?.close();
    // In a folder that cannot be written nobody writes meanwhile.
    const still = openForReading(path);
    if (!still) throw cause;
    return still;
  }
}

/** SQLite says of a place that cannot be written only that a file cannot be opened, and not which one. */
async function reserve(part: string, target: string): Promise<void> {
  try {
    await writeFile(part, '');
  } catch (cause) {
    throw new StoreError('failed', `${target} cannot be written`, { cause });
  }
}

async function reachDisk(path: string): Promise<void> {
  await using file = await open(path, 'r+');
  await file.sync();
}

/**
 * Copies a database as it is at one moment, while others read and write it. The copy has its name only once it is
 * whole and on the disk.
 *
 * @throws StoreError, `unsuitable` where the target is there already.
 */
export async function backUp(path: string, target: string): Promise<void> {
  const taken = () => new StoreError('unsuitable', `${target} is there already: name another file`);
  if (existsSync(target)) throw taken();
  const part = `${target}.${process.pid}.part`;
  const tidy = (): void => {
    for (const ending of ['', '-wal', '-shm', '-journal']) rmSync(`${part}${ending}`, { force: true });
  };
  // Where the process is to end before the copy is whole.
  process.once('exit', tidy);
  try {
    using database = openMoment(path);
    await reserve(part, target);
    await backup(database, part, { rate: RATE });
    await reachDisk(part);
    // Unlike a renaming, this takes no other file's place.
    linkSync(part, target);
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'EEXIST') throw taken();
    throw storeError(cause);
  } finally {
    process.off('exit', tidy);
    tidy();
  }
}
