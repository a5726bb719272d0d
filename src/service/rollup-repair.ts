import { setTimeout as sleep } from 'node:timers/promises';
import { ignoreRejection } from '../domain/errors.ts';
import type { SampleStore } from '../stores/sample-store.ts';
import type { Observe } from './observer.ts';

/** Between two repairs, since other processes may report hundreds of changes. */
const PAUSE_MS = 1000;

/** After a failed repair, even if nothing changes. */
const RETRY_AFTER_MS = 5000;

export interface RollupRepair {
  /** Must receive all events. */
  readonly observe: Observe;
  /** Resolves after the signal is aborted and the last repair has ended. */
  run(): Promise<void>;
}

/** Repairs rollups in the background, at the start and after all events after which another writer may have changed samples. */
export function createRollupRepair(options: {
  store: Pick<SampleStore, 'repair'>;
  observe: Observe;
  signal: AbortSignal;
}): RollupRepair {
  const { store, observe, signal } = options;
  let isDue = true;
  let wake = (): void => undefined;

  /** Returns whether it succeeded. */
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

  return {
    observe({ type }) {
      if (type !== 'refreshed' && type !== 'changed_elsewhere' && type !== 'store_back') return;
      isDue = true;
      wake();
    },
    async run() {
      signal.addEventListener('abort', () => wake());
      while (!signal.aborted) {
        if (!isDue) {
          const { promise, resolve } = Promise.withResolvers<void>();
          wake = resolve;
          await promise;
          continue;
        }
        isDue = false;
        const succeeded = await repair();
        isDue ||= !succeeded;
        await sleep(succeeded ? PAUSE_MS : RETRY_AFTER_MS, undefined, { signal }).catch(ignoreRejection);
      }
    },
  };
}
