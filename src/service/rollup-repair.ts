import { setTimeout as sleep } from 'node:timers/promises';
import type { SampleStore } from '../stores/sample-store.ts';
import type { Observe } from './observer.ts';

/** Milliseconds between the end of one look and the next: changes elsewhere may come in by the hundred. */
const REST = 1000;

/** Milliseconds until what failed is tried again, whether anything changes or not. */
const RETRY = 5000;

export interface Mending {
  /** To be told all events: those after which another writer may have changed the samples begin a look. */
  readonly observe: Observe;
  /** Resolves when the signal ended it, and nothing of it is under way. */
  run(): Promise<void>;
}

/**
 * Keeps what the store derives from its samples right, whoever writes them: looks at the start, after each refresh
 * and after each change elsewhere, in the background, one look at a time.
 */
export function createMending(options: {
  mend: SampleStore['mend'];
  observe: Observe;
  signal: AbortSignal;
}): Mending {
  const { mend, observe, signal } = options;
  let isDue = true;
  let wake = (): void => undefined;

  async function look(): Promise<boolean> {
    const began = performance.now();
    try {
      const changed = await mend(signal);
      observe({ type: 'mended', changed, duration: performance.now() - began });
      return true;
    } catch (error) {
      if (!signal.aborted) observe({ type: 'mend_failed', error });
      return false;
    }
  }

  /** Until there is reason for another look. */
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
        const worked = await look();
        if (!worked) isDue = true;
        await sleep(worked ? REST : RETRY, undefined, { signal }).catch(() => 'stopping');
      }
    },
  };
}
