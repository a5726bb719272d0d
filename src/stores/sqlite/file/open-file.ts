import { realpathSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { StoreError } from '../../../domain/errors.ts';
import { openLogSync } from '../log/log-sync.ts';
import { emptyLog } from '../log/write-ahead-log.ts';
import { rememberPlace } from './file-identity.ts';
import { inTransaction } from './transaction.ts';

/** How long to wait for other processes' locks on the log once the file is gone. */
const LAST_WAIT_MS = 2000;
const RETRY_AFTER_MS = 20;

/** A sync that takes longer counts as failed, so that no write waits forever. */
const SYNC_LIMIT_MS = 30_000;

/** A database file that is open for writing. Disposing it closes it. */
export interface OpenFile extends AsyncDisposable {
  readonly database: DatabaseSync;
  /**
   * Runs one transaction before it returns, and resolves once it is on the disk.
   *
   * @throws StoreError if the file was moved, replaced or deleted, or its log could not be synced: nothing is acknowledged
   * from then on.
   */
  write<T>(work: () => T): Promise<T>;
  /** Checks whether the file is still at its path. If not, `onLost` is called soon after. */
  look(): void;
  /** @throws StoreError once writes are no longer accepted. */
  assertThere(): void;
}

interface OpenFileOptions {
  readonly database: DatabaseSync;
  readonly path: string;
  /** Called after each commit. */
  readonly onWritten?: (() => void) | undefined;
  /**
   * Called once, when the file is gone and everything acknowledged is in the file that was at the path, or when its log
   * could not be synced.
   */
  readonly onLost?: ((error: StoreError) => void) | undefined;
}

function lostError(path: string, rest = ''): StoreError {
  return new StoreError('failed', 'the file of the store was moved, replaced or deleted', {
    cause: new Error(`${path} no longer leads to the file that was opened${rest}`),
  });
}

const LOG_IS_COPIED = '; that file contains every write that was acknowledged';
const LOG_IS_IN_USE =
  ', whose log another process keeps in use: keep the log (-wal) with the file, or the last writes are lost';

/**
 * Guards against a moved file. SQLite keeps using the files that it has open, but finds the log by name. If the file alone
 * is moved, the log stays behind, and could get into another file. This connection has both open. So once the file is gone
 * from its path, it copies the log into the file, empties the log, and accepts no further writes.
 */
export function keepFile({ database, path, onWritten, onLost }: OpenFileOptions): OpenFile {
  const isInPlace = rememberPlace(path);
  let lost: StoreError | undefined;
  let leaving: Promise<void> | undefined;
  let hasWritten = false;
  const log = openLogSync(`${realpathSync(path)}-wal`);
  let isSyncFailed = false;

  async function copyLogIntoFile(): Promise<void> {
    const until = Date.now() + LAST_WAIT_MS;
    let isCopied = emptyLog(database);
    while (!isCopied && Date.now() < until) {
      await sleep(RETRY_AFTER_MS);
      isCopied = emptyLog(database);
    }
    lost = lostError(path, isCopied ? LOG_IS_COPIED : LOG_IS_IN_USE);
    onLost?.(lost);
  }

  function look(): void {
    if (lost || isInPlace()) return;
    lost = lostError(path);
    leaving = copyLogIntoFile();
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
      // The process is about to end, and a disk that failed may not answer.
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
