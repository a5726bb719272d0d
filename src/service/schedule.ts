import { setTimeout as sleep } from 'node:timers/promises';
import type { Refresh } from './refresh.ts';

export interface ScheduleOptions {
  readonly refresh: Refresh;
  readonly clock: () => number;
  /** Milliseconds; 0: only on request. */
  readonly interval: number;
  readonly signal: AbortSignal;
}

/**
 * Refreshes at the start and then at whole multiples of the interval, never two at a time: ticks
 * during a pass are skipped. What fails is told by the refresh itself, and is tried again at the
 * next tick. Resolves when the signal ended it, and the last pass is over.
 */
export async function runSchedule({ refresh, clock, interval, signal }: ScheduleOptions): Promise<void> {
  if (interval === 0) return;
  while (!signal.aborted) {
    await refresh.run().catch(() => 'told by the refresh');
    const untilTick = interval - (clock() % interval);
    await sleep(untilTick, undefined, { signal }).catch(() => 'stopping');
  }
}
