import { setTimeout as sleep } from 'node:timers/promises';
import { ignoreRejection } from '../domain/errors.ts';
import type { Coordinator } from '../stores/coordinator.ts';
import type { Observe } from './observer.ts';
import type { Refresh } from './refresh.ts';

export interface ScheduleOptions {
  readonly refresh: Refresh;
  /** `undefined` if the store admits only one process. */
  readonly coordinator: Coordinator | undefined;
  readonly clock: () => number;
  /** 0: only on request. */
  readonly intervalMs: number;
  /** The delay of a refresh after its tick, in milliseconds; less than the interval. */
  readonly tickDelayMs: () => Promise<number>;
  readonly observe: Observe;
  readonly signal: AbortSignal;
}

/**
 * Refreshes at the start, and after each tick (a multiple of the interval) with a delay. Skips ticks during a refresh, and
 * those that another process has claimed. A failed refresh is retried at the next tick.
 *
 * @returns a promise that resolves after the signal is aborted and the last refresh has ended.
 */
export async function runSchedule(options: ScheduleOptions): Promise<void> {
  const { refresh, coordinator, clock, intervalMs, tickDelayMs, observe, signal } = options;
  if (intervalMs === 0) return;

  /** Returns whether this process has claimed the tick. If the store fails, no process claims it, so that not all refresh. */
  async function claimTick(): Promise<boolean> {
    if (!coordinator) return true;
    try {
      return await coordinator.claim(Math.floor(clock() / intervalMs), intervalMs);
    } catch (error) {
      if (!signal.aborted) observe({ type: 'refresh_failed', error, duration: 0 });
      return false;
    }
  }

  for (let isStart = true; !signal.aborted; isStart = false) {
    // A process that starts may have new settings, so it refreshes even if another one has claimed the tick.
    const isOurs = (await claimTick()) || isStart;
    if (isOurs) await refresh.run(false).catch(ignoreRejection);
    const delayMs = await tickDelayMs();
    const untilTickMs = intervalMs - (clock() % intervalMs);
    await sleep(untilTickMs + delayMs, undefined, { signal }).catch(ignoreRejection);
  }
}
