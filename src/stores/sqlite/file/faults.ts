import { SetupError, StoreError } from '../../../domain/errors.ts';

/** See https://www.sqlite.org/rescode.html. The low byte of an extended code is the primary code. */
const SQLITE_BUSY = 5;
const SQLITE_LOCKED = 6;
const SQLITE_CONSTRAINT = 19;
const SQLITE_MISMATCH = 20;
const SQLITE_NOTADB = 26;

function primaryCode(error: unknown): number | undefined {
  const code = error instanceof Error && 'errcode' in error ? error.errcode : undefined;
  return typeof code === 'number' ? code & 0xff : undefined;
}

export function isBusy(error: unknown): boolean {
  const code = primaryCode(error);
  return code === SQLITE_BUSY || code === SQLITE_LOCKED;
}

/** Whether the table of a row refuses its values. */
export function isMisfit(error: unknown): boolean {
  const code = primaryCode(error);
  return code === SQLITE_CONSTRAINT || code === SQLITE_MISMATCH;
}

export function storeError(cause: unknown): StoreError {
  if (cause instanceof StoreError) return cause;
  if (isBusy(cause)) return new StoreError('busy', 'the store is locked by another process', { cause });
  return new StoreError('failed', 'the store failed', { cause });
}

/** Turns an error at opening into a SetupError for the operator, unless it is a lock to wait for. */
export function explain(cause: unknown, path: string): unknown {
  if (cause instanceof SetupError || isBusy(cause)) return cause;
  if (primaryCode(cause) === SQLITE_NOTADB) {
    return new SetupError(`DATA_DIR contains ${path}, which is not an SQLite database: move it away`, {
      cause,
    });
  }
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new SetupError(`DATA_DIR cannot be used: ${reason} (${path})`, { cause });
}
