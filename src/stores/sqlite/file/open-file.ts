import { realpathSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { StoreError } from '../../../domain/errors.ts';
import { openLogSync } from '../log/log-sync.ts';
import { emptyLog } from '../log/write-ahead-log.ts';
import { rememberPlace } from './file-identity.ts';
import { inTransaction } from './transaction.ts';

/** How long other processes' locks on the log are waited for once the file is gone, and between two tries. Milliseconds. */
const LAST_WAIT = 2000;
const RETRY_AFTER = 20;

/** A sync that takes longer counts as failed, so that no write waits for ever. */
const SYNC_LIMIT_MS = 30_000;

/** A database file that is open for writing. Disposing of it closes it. */
export interface OpenFile extends AsyncDisposable {
  readonly database: DatabaseSync;
  /**
   * Runs one transaction before it returns, and resolves once it is on the disk.
   *
   * @throws StoreError if the file was moved, replaced or deleted, or its log could not be synced: nothing is acknowledged
   * from then on.
   */
  write<T>(work: () => T): Promise<T>;
  /** Looks whether the file is still at its path; `onLost` follows where it is not. */
  look(): void;
  /** @throws StoreError once the file was found to be gone. */
  assertThere(): void;
}

interface OpenFileOptions {
  readonly database: DatabaseSync;
  readonly path: string;
  /** Called after each commit. */
  readonly onWritten?: (() => void) | undefined;
  /** Called once, when all that was acknowledged is in the file that was at the path. */
  readonly onLost?: ((error: StoreError) => void) | undefined;
}

function lostError(path: string, rest = ''): StoreError {
  return new StoreError('failed', 'the file of the store was moved, replaced or deleted', {
    cause: new Error(`${path} no longer leads to the file that was opened${rest}`),
  });
}

const LOG_IS_IN = ', which has everything that was acknowledged';
const LOG_IS_NOT_IN =
  ', whose log another process keeps in use: keep the log (-wal) with the file, or the last writes are lost';

/**
 * Keeps to the file that was opened, as SQLite does. Its log is found by name only: whoever moves the file alone leaves
 * the log behind, where it would be lost to this file and could get into another one. So when the file is found to be
 * gone, the log is brought into it by the connection that has both open, and emptied, and the file is given up.
 */
export function keepFile({ database, path, onWritten, onLost }: OpenFileOptions): OpenFile {
  const isInPlace = rememberPlace(path);
  let lost: StoreError | undefined;
  let leaving: Promise<void> | undefined;
  let hasWritten = false;
  const log = openLogSync(`${realpathSync(path)}-wal`);
  let isSyncFailed = false;

  async function bringLogIn(): Promise<void> {
    const until = Date.now() + LAST_WAIT;
    let isLogIn = emptyLog(database);
    while (!isLogIn && Date.now() < until) {
      await sleep(RETRY_AFTER);
      isLogIn = emptyLog(database);
    }
    lost = lostError(path, isLogIn ? LOG_IS_IN : LOG_IS_NOT_IN);
    onLost?.(lost);
  }

  function look(): void {
    if (lost || isInPlace()) return;
    lost = lostError(path);
    leaving = bringLogIn();
  }

  function assertThere(): void {
    if (lost) throw lost;
  }

  async function syncLog(): Promise<void> {
    const limit = new AbortController();
    const late = sleep(SYNC_LIMIT_MS, undefined, { ref: false, signal: limit.signal }).then(() => {
      throw new Error(`the disk took more than ${SYNC_LIMIT_MS / 1000} s`);
    });
    try {
      await Promise.race([log.sync(), late]);
    } catch (cause) {
      isSyncFailed = true;
      if (lost) return;
      lost = new StoreError('failed', 'the write-ahead log could not be synced', { cause });
      onLost?.(lost);
    } finally {
      limit.abort();
    }
  }

  return {
    database,
    look,
    assertThere,
    async write(work) {
      assertThere();
      const result = inTransaction(database, work);
      hasWritten = true;
      await syncLog();
      // A commit into the log of a file that is gone is copied into that file too, but it is not acknowledged.
      look();
      assertThere();
      onWritten?.();
      return result;
    },
    async [Symbol.asyncDispose]() {
      // The log may differ from what is on the disk: nothing more of it may get into the file. The next start reads the
      // log up to the first page that is not whole.
      if (isSyncFailed) return;
      look();
      await leaving;
      await log[Symbol.asyncDispose]();
      // SQLite does this as well when it closes, but not for a file that is moved just now.
      if (hasWritten && !leaving) emptyLog(database);
      database.close();
    },
  };
}
