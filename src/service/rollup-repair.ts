import { setTimeout as sleep } from 'node:timers/promises';
import { ignoreRejection } from '../domain/errors.ts';
import type { SampleStore } from '../stores/sample-store.ts';
import type { Observe } from './observer.ts';

/** From the end of one repair to the next: other processes may report hundreds of changes. */
const PAUSE_MS = 1000;

/** From a failed repair to the next, even if nothing changes. */
const RETRY_AFTER_MS = 5000;

export interface RollupRepair {
  /** Must get all events: a repair follows those after which another writer may have changed samples. */
  readonly observe: Observe;
  /** Resolves when the signal has ended it, and no repair is running. */
  run(): Promise<void>;
}

/**
 * Repairs what the store derives from its samples, whoever writes them: at the start, after each refresh and after each change
 * by another process; in the background, one repair at a time.
 */
export function createRollupRepair(options: {
  store: Pick<SampleStore, 'repair'>;
  observe: Observe;
  signal: AbortSignal;
}): RollupRepair {
  const { store, observe, signal } = options;
  let isDue = true;
  let wake = (): void => undefined;

  async function repair(): Promise<boolean> {
    const began = performance.now();
    try {
      const changed = await store.repair(signal);
      observe({ type: 'rollups_repaired', changed, duration: performance.now() - began });
      return true;
    } catch (error) {
      if (!signal.aborted) observe({ type: 'rollup_repair_failed', error });
      return false;
    }
  }

  async function untilDue(): Promise<void> {
    while (!isDue && !signal.aborted) {
      const { promise, resolve } = Promise.withResolvers<void>();
      wake = resolve;
      await promise;
    }
    isDue = false;
  }

  return {
    observe({ type }) {
      if (type !== 'refreshed' && type !== 'changed_elsewhere' && type !== 'store_back') return;
      isDue = true;
      wake();
    },
    async run() {
      signal.addEventListener('abort', () => wake());
      for (await untilDue(); !signal.aborted; await untilDue()) {
        const worked = await repair();
        if (!worked) isDue = true;
        await sleep(worked ? PAUSE_MS : RETRY_AFTER_MS, undefined, { signal }).catch(ignoreRejection);
      }
    },
  };
}
