import { backup, DatabaseSync } from 'node:sqlite';
import { StoreError } from '../../../domain/errors.ts';
import { openForReading } from './database.ts';
import { storeError } from './faults.ts';
import { createFile, type NewFile, TakenError } from './new-file.ts';

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
async function create(target: string): Promise<NewFile> {
  try {
    return await createFile(target);
  } catch (cause) {
    if (cause instanceof TakenError)
      throw new StoreError('unsuitable', `${cause.message} is there already: name another file`);
    throw new StoreError('failed', `${target} cannot be written`, { cause });
  }
}

/**
 * Copies a database as it is at one moment, while others read and write it, into a new file, which is whole and on the
 * disk when this resolves. When it rejects, or the process exits before, the file is removed.
 *
 * @throws StoreError, `unsuitable` where something is at the target already; the signal's reason once it is aborted.
 */
export async function backUp(path: string, target: string, signal: AbortSignal): Promise<void> {
  try {
    using database = openMoment(path);
    await using file = await create(target);
    // An error thrown here ends the backup.
    await backup(database, target, { rate: RATE, progress: () => signal.throwIfAborted() });
    signal.throwIfAborted();
    await file.keep();
  } catch (cause) {
    signal.throwIfAborted();
    throw storeError(cause);
  }
}
