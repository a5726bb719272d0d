import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import { identityOf } from '../file/file-identity.ts';
import { checkpoint } from './write-ahead-log.ts';

/** The data that this thread is started with. */
export interface CheckpointTarget {
  readonly path: string;
  /** The identity of the open file. The thread does not touch another file at the path. */
  readonly identity: string | undefined;
}

/** A message to this thread, which gets one at a time. It replies to `checkpoint` whether the whole log was copied. */
export type CheckpointRequest = 'checkpoint' | 'close';

const { path, identity } = workerData as CheckpointTarget;
const url = pathToFileURL(path);
// Does not create a file.
url.searchParams.set('mode', 'rw');
const database = new DatabaseSync(url, { timeout: 0 });

function attempt(): boolean {
  try {
    return checkpoint(database);
  } catch {
    // Another process holds a lock.
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
