import { closeSync, fsyncSync, openSync } from 'node:fs';

/** Codes of file systems that cannot sync a folder: they have nothing to sync, or do so themselves. */
const CANNOT_SYNC = new Set(['EINVAL', 'ENOTSUP', 'EISDIR', 'EPERM', 'EACCES', 'EBADF']);

/** Syncs the names in a folder, so that a new file is still there after a power failure. */
export function syncFolder(path: string): void {
  try {
    const folder = openSync(path, 'r');
    try {
      fsyncSync(folder);
    } finally {
      closeSync(folder);
    }
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && CANNOT_SYNC.has(String(error.code)))) throw error;
  }
}
