import type { DatabaseSync } from 'node:sqlite';

/** When SQLite restarts the log, it truncates the file to this size: 1,000 pages, after which it makes a checkpoint itself. */
const SIZE_LIMIT_BYTES = 4 * 1024 * 1024;

/**
 * With NORMAL, SQLite syncs the log when it restarts it, and before it copies it into the file. So the file is always
 * consistent. SQLite does not sync the log at each commit. log-sync.ts does, off the event loop, before a commit is
 * acknowledged.
 */
export const LOG_SETTINGS = `
  PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA journal_size_limit = ${SIZE_LIMIT_BYTES}
`;

/**
 * Copies the write-ahead log into the database file and syncs the file, without waiting for locks. The log keeps its size:
 * overwriting it syncs faster than extending it.
 *
 * @returns whether all of the log was copied. A reader of an earlier state can prevent that.
 */
export function checkpoint(database: DatabaseSync): boolean {
  const { busy, log, checkpointed } = database.prepare('PRAGMA wal_checkpoint(PASSIVE)').get() ?? {};
  return busy === 0 && log === checkpointed;
}

/**
 * Copies the log into the file and empties it, so that no part of it can get into another file of the same name.
 *
 * @returns false if another process is using the log.
 */
export function emptyLog(database: DatabaseSync): boolean {
  try {
    return database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get()?.['busy'] === 0;
  } catch {
    // Nothing is lost: the log is part of the database.
    return false;
  }
}
