import { ignoreRejection, StoreError } from '../../domain/errors.ts';
import { HttpError, RETRY_AFTER } from '../problem.ts';

interface Work<T> {
  readonly outcome: Promise<T>;
  readonly ending: AbortController;
  /** How many requests wait for it. */
  readers: number;
}

export interface SharedWork<T> {
  /**
   * What the work under that key comes to: of what is under way, or of a new one, which may have to wait for its turn.
   * It ends early when all who waited for it have left.
   *
   * @throws HttpError where too much is waiting already; StoreError where it took too long; the reason of `leaving`.
   */
  join(key: string, work: (signal: AbortSignal) => Promise<T>, leaving: AbortSignal): Promise<T>;
}

/** The promise's outcome, or the signal's reason where that comes first. */
async function orEnd<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const end = Promise.withResolvers<never>();
  const abort = () => end.reject(signal.reason);
  signal.addEventListener('abort', abort);
  try {
    return await Promise.race([promise, end.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** Work that is long for a request, bounded: so many at once, so many waiting, and each for so long (milliseconds). */
export function createSharedWork<T>(bounds: {
  readonly atOnce: number;
  readonly waiting: number;
  readonly limit: number;
  /** Ends all of it. */
  readonly signal: AbortSignal;
}): SharedWork<T> {
  const works = new Map<string, Work<T>>();
  /** Those whose turn has not come, the first of them first. */
  const queue = new Set<() => void>();
  let running = 0;

  async function untilTurn(signal: AbortSignal): Promise<void> {
    if (running < bounds.atOnce) {
      running += 1;
      return;
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    queue.add(resolve);
    try {
      await orEnd(promise, signal);
    } catch (error) {
      // A turn that came at the same moment is the next one's.
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
    await untilTurn(signal);
    if (signal.aborted) {
      passTurn();
      throw signal.reason;
    }
    // The turn is over when the work is, however early those who wait for it are told.
    const result = work(signal).finally(passTurn);
    return orEnd(result, signal).catch((error: unknown) => {
      signal.throwIfAborted();
      throw error;
    });
  }

  function begin(key: string, work: (signal: AbortSignal) => Promise<T>): Work<T> {
    if (running >= bounds.atOnce && queue.size >= bounds.waiting) {
      const message = 'as many histories are asked for as may be at a time';
      throw new HttpError(503, 'too_many_histories', message, { headers: RETRY_AFTER });
    }
    const ending = new AbortController();
    const seconds = bounds.limit / 1000;
    const late = new StoreError('timeout', `the history took more than ${seconds} s`);
    const timer = setTimeout(() => ending.abort(late), bounds.limit);
    const outcome = run(work, AbortSignal.any([ending.signal, bounds.signal])).finally(() => {
      clearTimeout(timer);
      if (works.get(key) === begun) works.delete(key);
    });
    const begun: Work<T> = { outcome, ending, readers: 0 };
    // Of who left nobody is told how it ends.
    outcome.catch(ignoreRejection);
    works.set(key, begun);
    return begun;
  }

  return {
    async join(key, work, leaving) {
      leaving.throwIfAborted();
      const joined = works.get(key) ?? begin(key, work);
      joined.readers += 1;
      try {
        return await orEnd(joined.outcome, leaving);
      } finally {
        joined.readers -= 1;
        if (joined.readers === 0) {
          if (works.get(key) === joined) works.delete(key);
          joined.ending.abort(leaving.reason);
        }
      }
    },
  };
}
