import { setTimeout } from 'node:timers/promises';
import { isBusy, storeError } from './faults.ts';

/** Time between two tries for a lock that another process holds, in milliseconds. */
const RETRY_AFTER = 20;

/** Tries for the write lock until the signal ends it, outside of SQLite, where the event loop goes on. */
export async function patiently<T>(write: () => T, signal: AbortSignal): Promise<T> {
  for (;;) {
    try {
      return write();
    } catch (error) {
      if (!isBusy(error)) throw storeError(error);
      await setTimeout(RETRY_AFTER, undefined, { signal }).catch(() => signal.throwIfAborted());
    }
  }
}

/** One transaction, in one turn of the event loop: writes of one process cannot meet inside of it. */
export function inTransaction<T>(
  database: { exec(sql: string): void; isTransaction: boolean },
  work: () => T,
): T {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}
