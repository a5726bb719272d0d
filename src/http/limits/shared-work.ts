import { ignoreRejection, StoreError } from '../../domain/errors.ts';
import { HttpError, RETRY_AFTER } from '../problem.ts';

interface Work<T> {
  readonly outcome: Promise<T>;
  readonly ending: AbortController;
  /** How many requests wait for it. */
  waiters: number;
}

/**
 * Waits for the work with this key, which it starts or queues if necessary. The work is aborted when all who wait for it
 * have left.
 *
 * @throws HttpError if too much work is queued; StoreError if it takes too long; the reason of `leaving`.
 */
export type Join<T> = (
  key: string,
  work: (signal: AbortSignal) => Promise<T>,
  leaving: AbortSignal,
) => Promise<T>;

/** Like the promise, but rejects with the signal's reason once the signal is aborted. */
export async function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(signal.reason);
  signal.addEventListener('abort', abort);
  try {
    return await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/**
 * For histories, verdicts and records together. They are built in slices of one or two milliseconds: at most two run between
 * two turns of the cached answer.
 */
export const LIMITS = { maxRunning: 2, maxWaiting: 64, deadlineMs: 15_000 } as const;

/** Limits how much work runs at once, how much waits, and how long each piece may take. */
export function createSharedWork<T>(limits: {
  readonly maxRunning: number;
  readonly maxWaiting: number;
  /** Including the wait for its turn. */
  readonly deadlineMs: number;
  /** Aborts all work. */
  readonly signal: AbortSignal;
}): Join<T> {
  const { maxRunning, maxWaiting, deadlineMs } = limits;
  const works = new Map<string, Work<T>>();
  const queue = new Set<() => void>();
  let running = 0;

  async function waitForTurn(signal: AbortSignal): Promise<void> {
    if (running < maxRunning) {
      running += 1;
      return;
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    queue.add(resolve);
    try {
      await abortable(promise, signal);
    } catch (error) {
      // The turn came at the moment of the abort.
      if (!queue.delete(resolve)) passTurn();
      throw error;
    }
  }

  function passTurn(): void {
    const [next] = queue;
    if (!next) {
      running -= 1;
      return;
    }
    queue.delete(next);
    next();
  }

  async function run(work: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
    await waitForTurn(signal);
    if (signal.aborted) {
      passTurn();
      throw signal.reason;
    }
    // The turn lasts until the work has ended, even if the signal has rejected its promise before.
    const result = work(signal).finally(passTurn);
    return abortable(result, signal).catch((error: unknown) => {
      signal.throwIfAborted();
      throw error;
    });
  }

  function start(key: string, work: (signal: AbortSignal) => Promise<T>): Work<T> {
    if (running >= maxRunning && queue.size >= maxWaiting) {
      throw new HttpError(503, 'too_many_histories', 'too many large responses are being built', {
        headers: RETRY_AFTER,
      });
    }
    const ending = new AbortController();
    const late = new StoreError('timeout', `the response took more than ${deadlineMs / 1000} s`);
    const timer = setTimeout(() => ending.abort(late), deadlineMs);
    const outcome = run(work, AbortSignal.any([ending.signal, limits.signal])).finally(() => {
      clearTimeout(timer);
      if (works.get(key) === started) works.delete(key);
    });
    const started: Work<T> = { outcome, ending, waiters: 0 };
    // All who waited may have left.
    outcome.catch(ignoreRejection);
    works.set(key, started);
    return started;
  }

  return async (key, work, leaving) => {
    leaving.throwIfAborted();
    const joined = works.get(key) ?? start(key, work);
    joined.waiters += 1;
    try {
      return await abortable(joined.outcome, leaving);
    } finally {
      joined.waiters -= 1;
      if (joined.waiters === 0) {
        if (works.get(key) === joined) works.delete(key);
        joined.ending.abort(leaving.reason);
      }
    }
  };
}
