import { setTimeout as sleep } from 'node:timers/promises';
import { ignoreRejection } from '../domain/errors.ts';
import { type Newest, newestTime } from '../domain/sample.ts';
import { bucketStart, DAY } from '../domain/time/bucket-width.ts';
import { CLOCK_TOLERANCE } from '../domain/time/time.ts';
import type { SampleStore } from '../stores/sample-store.ts';
import type { Observe } from './observer.ts';

/** Samples this close to the newest price or sentiment are never trimmed: the answer and the last day are read from them. */
const UNTOUCHED_MS = 2 * DAY;

/** After the start, so that the first answers come first. */
const START_DELAY_MS = 3000;

/** Between two passes. There is a new day to trim once a day. */
const INTERVAL_MS = 600_000;

/**
 * The midnight in UTC before which samples may be trimmed, in epoch milliseconds; `undefined` if the store is empty. If the
 * source stopped years ago, its last 48 hours stay.
 */
export function trimBefore(now: number, retentionMs: number, newest: Newest): number | undefined {
  const asOf = newestTime(newest);
  if (asOf === undefined) return undefined;
  const oldestNeeded = Math.min(newest.price ?? asOf, newest.sentiment ?? asOf) - UNTOUCHED_MS;
  return bucketStart(Math.min(now - retentionMs, oldestNeeded), DAY);
}

/** Trims the store at intervals, in the background. Resolves after the signal is aborted and the last pass has ended. */
export async function runRetention(options: {
  store: Pick<SampleStore, 'newest' | 'trim'>;
  retentionMs: number;
  clock: () => number;
  observe: Observe;
  signal: AbortSignal;
}): Promise<void> {
  const { store, retentionMs, clock, observe, signal } = options;
  for (let waitMs = START_DELAY_MS; ; waitMs = INTERVAL_MS) {
    await sleep(waitMs, undefined, { signal }).catch(ignoreRejection);
    if (signal.aborted) return;
    const began = performance.now();
    try {
      const now = clock();
      const before = trimBefore(now, retentionMs, await store.newest(now + CLOCK_TOLERANCE));
      const removed = before === undefined ? 0 : await store.trim(before, now, signal);
      observe({ type: 'trimmed', removed, duration: performance.now() - began });
    } catch (error) {
      if (!signal.aborted) observe({ type: 'trim_failed', error });
    }
  }
}
