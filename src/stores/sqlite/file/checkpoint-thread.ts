import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import { identityOf } from './file-identity.ts';
import { checkpoint } from './write-ahead-log.ts';

/** What this thread is started with. */
export interface CheckpointTarget {
  readonly path: string;
  /** Of the file that the process has open: another one at its path is left alone. */
  readonly identity: string | undefined;
}

/** What is sent to this thread, one at a time. Each `checkpoint` is answered by whether the whole log is in the file. */
export type CheckpointRequest = 'checkpoint' | 'close';

const { path, identity } = workerData as CheckpointTarget;
const url = pathToFileURL(path);
// Creates no file where none is.
url.searchParams.set('mode', 'rw');
const database = new DatabaseSync(url, { timeout: 0 });

function attempt(): boolean {
  try {
    return checkpoint(database);
  } catch {
    // Locked just now.
    return false;
  }
}

function close(): void {
  database.close();
  parentPort?.close();
}

parentPort?.on('message', (request: CheckpointRequest) => {
  if (request === 'close') close();
  else parentPort?.postMessage(attempt());
});
if (identityOf(path) !== identity) close();
