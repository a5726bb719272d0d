import type { SourceName } from '../domain/answer.ts';
import type { KeptSummary, ThreeHours } from '../domain/summary.ts';
import { CLOCK_TOLERANCE } from '../domain/time/time.ts';
import type { AnswerCache } from '../stores/answer-cache.ts';
import { decodeKept, encodeKept } from './cached-answer.ts';
import type { Observe } from './observer.ts';

/** The answer under the cache key, which all processes over one Redis share. That it cannot be had is no error. */
export interface SharedAnswer extends AsyncDisposable {
  /** What it is made of, and how long it may be trusted, in milliseconds. */
  read(): Promise<{ threeHours: ThreeHours; length: number } | undefined>;
  /** In the background: no reader waits for it. */
  write(kept: KeptSummary): void;
  /** In the background too. */
  clear(): void;
}

export function createSharedAnswer(options: {
  cache: AnswerCache | undefined;
  source: SourceName;
  clock: () => number;
  /** How long an answer may be trusted; 0: none is shared. Milliseconds. */
  timeToLive: number;
  observe: Observe;
}): SharedAnswer {
  const { source, clock, timeToLive, observe } = options;
  const cache = timeToLive === 0 ? undefined : options.cache;
  const writes = new Set<Promise<void>>();

  function inBackground(write: Promise<void>): void {
    const watched = write
      .catch((error: unknown) => observe({ type: 'cache_failed', error }))
      .finally(() => writes.delete(watched));
    writes.add(watched);
  }

  return {
    async read() {
      try {
        const entry = await cache?.read();
        if (!entry) return undefined;
        const threeHours = decodeKept(entry.text, source, clock() + CLOCK_TOLERANCE);
        if (threeHours) return { threeHours, length: Math.min(entry.timeToLive, timeToLive) };
        observe({ type: 'unfit', kind: 'cached answer' });
      } catch (error) {
        observe({ type: 'cache_failed', error });
      }
      return undefined;
    },
    write({ summary, freshUntil }) {
      if (!cache) return;
      inBackground(cache.write(encodeKept(summary, { stale: clock() > freshUntil, source }), timeToLive));
    },
    clear() {
      if (cache) inBackground(cache.clear());
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(writes);
    },
  };
}
