import { Worker } from 'node:worker_threads';
import { identityOf } from '../file/file-identity.ts';
import type { CheckpointRequest, CheckpointTarget } from './checkpoint-thread.ts';

/** The time from a commit to the checkpoint, so that the commits of a refresh share one. */
const DELAY_MS = 100;

/** The time to the next try if a reader in another process uses a part of the log. */
const RETRY_AFTER_MS = 1000;

/** The time without work after which the thread ends, since it takes 8 MB: most services commit every 30 seconds. */
const IDLE_MS = 1000;

/** The time to the next try if the thread did not start, such as for lack of file descriptors, or broke off. */
const RESTART_AFTER_MS = 60_000;

export interface Checkpoints extends AsyncDisposable {
  /** Requests a checkpoint. Call it after each write to the log. */
  soon(): void;
  /** Makes no further checkpoints. */
  stop(): void;
}

/**
 * Copies the write-ahead log into the file soon after each write, in a thread, so that the syncs do not block the event
 * loop. If it fails, SQLite still copies it by itself, after 1,000 pages and when the file is closed.
 */
export function startCheckpoints(
  path: string,
  onWarning: (text: string) => void,
  restartAfterMs = RESTART_AFTER_MS,
): Checkpoints {
  const target: CheckpointTarget = { path, identity: identityOf(path) };
  let thread: ReturnType<typeof startThread> | undefined;
  /** The end of the last thread that had no more work. */
  let ended: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let idleTimer: NodeJS.Timeout | undefined;
  let isRunning = false;
  let isRequested = false;
  let isStopped = false;
  let hasWarned = false;

  function warn({ message }: Error): void {
    if (!hasWarned) onWarning(`the write-ahead log is checkpointed less often: ${message}`);
    hasWarned = true;
  }

  /** Until then, SQLite copies the log itself. */
  function restartLater(): void {
    thread = undefined;
    isRunning = false;
    schedule(restartAfterMs);
  }

  function schedule(delayMs: number): void {
    if (isStopped) return;
    timer ??= setTimeout(run, delayMs);
    timer.unref();
  }

  function run(): void {
    timer = undefined;
    isRunning = true;
    clearTimeout(idleTimer);
    try {
      thread ??= startThread();
      thread.checkpoint();
    } catch (error) {
      warn(error as Error);
      restartLater();
    }
  }

  function startThread() {
    const worker = new Worker(new URL('./checkpoint-thread.ts', import.meta.url), { workerData: target });
    worker.on('message', (isWhole: boolean) => {
      isRunning = false;
      if (isRequested) schedule(DELAY_MS);
      else if (!isWhole) schedule(RETRY_AFTER_MS);
      else idleTimer = setTimeout(endThread, IDLE_MS).unref();
      isRequested = false;
    });
    const exit = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
    worker.once('error', warn);
    worker.once('exit', () => {
      if (thread === started) restartLater();
    });
    worker.unref();
    const started = {
      checkpoint: () => worker.postMessage('checkpoint' satisfies CheckpointRequest),
      async close() {
        // Keeps the process alive until the thread has ended.
        worker.ref();
        worker.postMessage('close' satisfies CheckpointRequest);
        await exit;
      },
    };
    return started;
  }

  function endThread(): void {
    ended = thread?.close();
    thread = undefined;
  }

  return {
    soon() {
      if (isRunning) isRequested = true;
      else schedule(DELAY_MS);
    },
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
    async [Symbol.asyncDispose]() {
      isStopped = true;
      clearTimeout(timer);
      clearTimeout(idleTimer);
      await Promise.all([thread?.close(), ended]);
    },
  };
}
