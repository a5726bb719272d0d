import { close, fdatasync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { ignoreRejection } from '../../../domain/errors.ts';
import { sharedRun } from '../../shared-run.ts';
import { syncFolder } from '../../sync-folder.ts';

const datasync = promisify(fdatasync);
const closeFile = promisify(close);

export interface LogSync extends AsyncDisposable {
  /**
   * Resolves once everything committed before the call is on the disk. Calls that arrive during a sync share the next one.
   *
   * @throws the system's error for this call and all later ones. After a failed sync, a system may drop what it could not
   * write, and report success the next time.
   */
  sync(): Promise<void>;
}

/**
 * Opens a write-ahead log to sync it in Node's thread pool: a slow disk delays the write that waits for it, and nothing
 * else.
 *
 * @throws the system's error if the log cannot be opened.
 */
export function openLogSync(path: string): LogSync {
  // Windows syncs only files that are open for writing.
  const file = openSync(path, 'r+');
  syncFolder(dirname(path));
  let last: Promise<void> | undefined;
  let failure: { readonly cause: unknown } | undefined;

  const sync = sharedRun(async () => {
    if (failure) throw failure.cause;
    try {
      await datasync(file);
    } catch (cause) {
      failure = { cause };
      throw cause;
    }
  });

  return {
    sync() {
      last = sync();
      return last;
    },
    async [Symbol.asyncDispose]() {
      await last?.catch(ignoreRejection);
      await closeFile(file);
    },
  };
}
