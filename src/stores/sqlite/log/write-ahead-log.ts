import type { DatabaseSync } from 'node:sqlite';

/**
 * What the file of the write-ahead log is cut back to when it is used again from its beginning, in bytes: as much as
 * SQLite lets it grow to before it checkpoints by itself (1,000 pages) where no reader holds it up.
 */
const SIZE_LIMIT = 4 * 1024 * 1024;

/**
 * With NORMAL, SQLite syncs the log when it restarts it and before it copies it into the file, so that the file is always
 * consistent, but not at each commit: log-sync.ts does that, off the event loop, before a commit is acknowledged.
 */
export const LOG_SETTINGS = `
  PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA journal_size_limit = ${SIZE_LIMIT}
`;

/**
 * Copies what is in the write-ahead log into the database file, and syncs that. The log keeps its size, so that the
 * next commits overwrite it, which is quicker to sync than a file that grows. Waits for nobody.
 *
 * @returns whether all of the log is in the file: a reader of an earlier moment may be in the way.
 */
export function checkpoint(database: DatabaseSync): boolean {
  const { busy, log, checkpointed } = database.prepare('PRAGMA wal_checkpoint(PASSIVE)').get() ?? {};
  return busy === 0 && log === checkpointed;
}

/**
 * The same, and leaves the log without a byte: then nothing of it can get into another file of the same name.
 *
 * @returns false where another process is using the log just now.
 */
export function emptyLog(database: DatabaseSync): boolean {
  try {
    return database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get()?.['busy'] === 0;
  } catch {
    // Nothing is lost: what is in the log is kept too.
    return false;
  }
}
