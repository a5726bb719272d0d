import { type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncFolder } from '../file/sync-folder.ts';

export interface LogSync extends AsyncDisposable {
  /**
   * Resolves once everything committed before the call is on the disk. Calls that arrive during a sync share the next one.
   *
   * @throws the system's error for this call and all later ones: after a failed sync a system may drop what it could not
   * write, and report success the next time.
   */
  sync(): Promise<void>;
}

/** Syncs a write-ahead log in Node's thread pool: a slow disk delays the write that waits for it, and nothing else. */
export function createLogSync(path: string): LogSync {
  let file: FileHandle | undefined;
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  let failure: { readonly cause: unknown } | undefined;

  async function syncNow(): Promise<void> {
    if (failure) throw failure.cause;
    try {
      if (file) return await file.datasync();
      // Windows syncs only files that are open for writing.
      file = await open(path, 'r+');
      await file.datasync();
      await syncFolder(dirname(path));
    } catch (cause) {
      failure = { cause };
      throw cause;
    }
  }

  async function syncAfter(previous: Promise<void> | undefined): Promise<void> {
    await previous?.catch(() => undefined);
    next = undefined;
    running = syncNow();
    await running;
  }

  return {
    sync() {
      next ??= syncAfter(running);
      return next;
    },
    async [Symbol.asyncDispose]() {
      await (next ?? running)?.catch(() => undefined);
      await file?.close();
    },
  };
}
