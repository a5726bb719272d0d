import { setTimeout } from 'node:timers/promises';
import { isBusy, storeError } from './faults.ts';

const RETRY_AFTER_MS = 20;

const isTimeout = ({ reason }: AbortSignal): boolean =>
  reason instanceof DOMException && reason.name === 'TimeoutError';

/**
 * Retries a write while another process holds the lock, until the signal aborts it. The waits are outside of SQLite, so
 * the event loop goes on.
 *
 * @throws StoreError, `busy` if the signal is a timeout; the signal's reason otherwise.
 */
export async function patiently<T>(write: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (;;) {
    try {
      return await write();
    } catch (error) {
      if (!isBusy(error)) throw storeError(error);
      await setTimeout(RETRY_AFTER_MS, undefined, { signal }).catch(() => {
        throw isTimeout(signal) ? storeError(error) : signal.reason;
      });
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

/** Runs reads at one moment: other processes may write between two statements. */
export function atOneMoment<T>(
  database: { exec(sql: string): void; isTransaction: boolean },
  read: () => T,
): T {
  database.exec('BEGIN');
  try {
    return read();
  } finally {
    // An error may have ended it already.
    if (database.isTransaction) database.exec('COMMIT');
  }
}
