import { backup, DatabaseSync } from 'node:sqlite';
import { createFile, SIDE_FILES } from '../../new-file.ts';
import { openForReading } from './database.ts';
import { storeError } from './faults.ts';

/** Pages copied at a time, in a separate thread: some milliseconds of work. */
const RATE = 1000;

/** Opens a separate connection and begins a transaction, so that the copy shows one moment. */
function openSnapshot(path: string): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path, { readOnly: true, timeout: 0 });
    database.exec('BEGIN; SELECT count(*) FROM sqlite_schema');
    return database;
  } catch (cause) {
    database?.close();
    // In a folder that cannot be written, no other process writes meanwhile.
    const unchanging = openForReading(path);
    if (!unchanging) throw cause;
    return unchanging;
  }
}

/**
 * Copies a database as it is at one moment, while others read and write it, into a new file, which is complete and synced
 * when this resolves. If it rejects, or the process exits before, the file is removed.
 *
 * @throws StoreError, `unsuitable` if the target exists; the signal's reason once it is aborted.
 */
export async function backUp(path: string, target: string, signal: AbortSignal): Promise<void> {
  try {
    using database = openSnapshot(path);
    // Created here, since SQLite's error for an unwritable path does not name it.
    await using file = await createFile(target, SIDE_FILES);
    // An error thrown here ends the backup.
    await backup(database, target, { rate: RATE, progress: () => signal.throwIfAborted() });
    signal.throwIfAborted();
    await file.keep();
  } catch (cause) {
    signal.throwIfAborted();
    throw storeError(cause);
  }
}
