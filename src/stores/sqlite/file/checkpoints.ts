import { Worker } from 'node:worker_threads';
import type { CheckpointRequest, CheckpointTarget } from './checkpoint-thread.ts';
import { identityOf } from './file-identity.ts';

/** From a commit to the checkpoint: a refresh makes several commits, which have one together. Milliseconds. */
const DELAY = 100;

/** Until the next try where a reader of another process keeps a part of the log in use. Milliseconds. */
const RETRY_AFTER = 1000;

export interface Checkpoints extends AsyncDisposable {
  /** To be called when something was written to the log. */
  soon(): void;
}

/**
 * Copies the write-ahead log into the file a moment after something was written to it, in a thread, where the syncs do
 * not hold the event loop. Where it cannot, SQLite still does so by itself, at each 1,000 pages and when the file is closed.
 */
export function startCheckpoints(path: string, onWarning: (text: string) => void): Checkpoints {
  const target: CheckpointTarget = { path, identity: identityOf(path) };
  let thread: ReturnType<typeof startThread> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isAtWork = false;
  let isWanted = false;

  function wait(delay: number): void {
    timer ??= setTimeout(ask, delay);
    timer.unref();
  }

  function ask(): void {
    timer = undefined;
    isAtWork = true;
    thread ??= startThread();
    thread.checkpoint();
  }

  function startThread() {
    const worker = new Worker(new URL('./checkpoint-thread.ts', import.meta.url), { workerData: target });
    worker.on('message', (isWhole: boolean) => {
      isAtWork = false;
      if (isWanted) wait(DELAY);
      else if (!isWhole) wait(RETRY_AFTER);
      isWanted = false;
    });
    const exit = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
    // It is asked nothing any more, for it never answers.
    worker.once('error', ({ message }) =>
      onWarning(`the write-ahead log is checkpointed less often: ${message}`),
    );
    worker.unref();
    return {
      checkpoint: () => worker.postMessage('checkpoint' satisfies CheckpointRequest),
      async close() {
        // The process does not end before.
        worker.ref();
        worker.postMessage('close' satisfies CheckpointRequest);
        await exit;
      },
    };
  }

  return {
    soon() {
      if (isAtWork) isWanted = true;
      else wait(DELAY);
    },
    async [Symbol.asyncDispose]() {
      clearTimeout(timer);
      await thread?.close();
    },
  };
}
