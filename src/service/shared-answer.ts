import type { SourceName } from '../domain/answer.ts';
import type { SummaryWithFreshness, ThreeHours } from '../domain/summary.ts';
import { CLOCK_TOLERANCE } from '../domain/time/time.ts';
import type { AnswerCache } from '../stores/answer-cache.ts';
import { decodeAnswer, encodeAnswer } from './cached-answer.ts';
import type { Observe } from './observer.ts';

/** The cached answer that all processes over one Redis share. A failure is reported to the observer and never thrown. */
export interface SharedAnswer extends AsyncDisposable {
  read(): Promise<{ threeHours: ThreeHours; timeToLiveMs: number } | undefined>;
  /** Writes in the background. */
  write(latest: SummaryWithFreshness): void;
  /** Deletes it in the background. */
  clear(): void;
}

export function createSharedAnswer(options: {
  cache: AnswerCache | undefined;
  source: SourceName;
  clock: () => number;
  /** 0: the answer is not shared. */
  timeToLiveMs: number;
  observe: Observe;
}): SharedAnswer {
  const { source, clock, timeToLiveMs, observe } = options;
  const cache = timeToLiveMs === 0 ? undefined : options.cache;
  const pending = new Set<Promise<void>>();

  function inBackground(work: Promise<void>): void {
    const tracked = work
      .catch((error: unknown) => observe({ type: 'cache_failed', error }))
      .finally(() => pending.delete(tracked));
    pending.add(tracked);
  }

  return {
    async read() {
      try {
        const entry = await cache?.read();
        if (!entry) return undefined;
        const threeHours = decodeAnswer(entry.text, source, clock() + CLOCK_TOLERANCE);
        if (threeHours) return { threeHours, timeToLiveMs: Math.min(entry.timeToLive, timeToLiveMs) };
        observe({ type: 'invalid_data', kind: 'cached answer' });
      } catch (error) {
        observe({ type: 'cache_failed', error });
      }
      return undefined;
    },
    write({ summary, freshUntil }) {
      if (!cache) return;
      inBackground(cache.write(encodeAnswer(summary, { stale: clock() > freshUntil, source }), timeToLiveMs));
    },
    clear() {
      if (cache) inBackground(cache.clear());
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(pending);
    },
  };
}
