import { setTimeout as sleep } from 'node:timers/promises';
import { ignoreRejection } from '../domain/errors.ts';
import type { Fleet } from '../stores/fleet.ts';
import type { Observe } from './observer.ts';
import type { Refresh } from './refresh.ts';

export interface ScheduleOptions {
  readonly refresh: Refresh;
  /** Absent: this process is alone. */
  readonly fleet: Fleet | undefined;
  readonly clock: () => number;
  /** Milliseconds; 0: only on request. */
  readonly interval: number;
  /** How long after a tick its pass begins, less than the interval. Milliseconds. */
  readonly lag: () => Promise<number>;
  /** Told of ticks that cannot be taken. */
  readonly observe: Observe;
  readonly signal: AbortSignal;
}

/**
 * Refreshes at the start and then a lag after whole multiples of the interval, never two at a time: ticks
 * during a pass are skipped, and those that another process of the fleet takes. What fails is told
 * by the refresh itself, and is tried again at the next tick. Resolves when the signal ended it,
 * and the last pass is over.
 */
export async function runSchedule(options: ScheduleOptions): Promise<void> {
  const { refresh, fleet, clock, interval, lag, observe, signal } = options;
  if (interval === 0) return;

  /** Whether this process has the tick: where the store cannot be asked nobody does, or all would ask the source. */
  async function claim(): Promise<boolean> {
    if (!fleet) return true;
    try {
      return await fleet.claim(Math.floor(clock() / interval), interval);
    } catch (error) {
      if (!signal.aborted) observe({ type: 'refresh_failed', error, duration: 0 });
      return false;
    }
  }

  for (let isStart = true; !signal.aborted; isStart = false) {
    // Who starts anew may have been set up anew, whoever has this tick.
    const isOurs = (await claim()) || isStart;
    if (isOurs) await refresh.run().catch(ignoreRejection);
    const later = await lag();
    const untilTick = interval - (clock() % interval);
    await sleep(untilTick + later, undefined, { signal }).catch(ignoreRejection);
  }
}
