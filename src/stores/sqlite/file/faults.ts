import { StoreError } from '../../../domain/errors.ts';

/** See https://www.sqlite.org/rescode.html. The low byte of an extended code is the primary code. */
const SQLITE_BUSY = 5;
const SQLITE_LOCKED = 6;

export function primaryCode(error: unknown): number | undefined {
  const code = error instanceof Error && 'errcode' in error ? error.errcode : undefined;
  return typeof code === 'number' ? code & 0xff : undefined;
}

export function isBusy(error: unknown): boolean {
  const code = primaryCode(error);
  return code === SQLITE_BUSY || code === SQLITE_LOCKED;
}

export function storeError(cause: unknown): StoreError {
  if (cause instanceof StoreError) return cause;
  if (isBusy(cause)) return new StoreError('busy', 'the store is locked by another process', { cause });
  return new StoreError('failed', 'the store failed', { cause });
}
