import { ignoreRejection, publicReason, StoreError } from '../domain/errors.ts';
import { formatTime } from '../domain/time/time.ts';
import type { SampleStore } from '../stores/sample-store.ts';
import type { Observe } from './observer.ts';
import type { Summaries } from './summary.ts';

/** Something that does not work, in words for readers. */
export interface Trouble {
  readonly part: 'refresh' | 'store' | 'samples' | 'price';
  readonly reason: string;
  /** RFC 3339; `null` if not known. */
  readonly since: string | null;
}

export interface Readiness {
  /** Must receive all events. */
  readonly observe: Observe;
  /** Checks the store, and returns whether there is an answer, and what does not work. */
  check(): Promise<{ readonly hasAnswer: boolean; readonly troubles: readonly Trouble[] }>;
  /** The last known troubles, without a check. */
  troubles(): readonly Trouble[];
}

export function createReadiness(options: {
  store: SampleStore;
  summaries: Summaries;
  clock: () => number;
}): Readiness {
  const { store, summaries, clock } = options;
  const troubles = new Map<Trouble['part'], Trouble>();
  let failedByStore = false;

  function add(part: Trouble['part'], reason: string): void {
    troubles.set(part, { part, reason, since: troubles.get(part)?.since ?? formatTime(clock()) });
  }

  async function checkStore(): Promise<void> {
    try {
      await store.check();
      troubles.delete('store');
    } catch (error) {
      add('store', publicReason(error));
    }
  }

  return {
    observe(event) {
      switch (event.type) {
        case 'pulled': {
          const { price: reason } = event.notes.absent;
          if (reason === undefined) troubles.delete('price');
          else add('price', reason);
          return;
        }
        case 'changed_elsewhere':
          // The message does not say whether there was a price; this process finds out at its own turn.
          troubles.delete('price');
          return void troubles.delete('refresh');
        case 'refreshed':
          return void troubles.delete('refresh');
        case 'refresh_failed':
          failedByStore = event.error instanceof StoreError;
          return add('refresh', publicReason(event.error));
        case 'summary_failed':
          return add('store', publicReason(event.error));
        case 'summary_read':
          return void troubles.delete('store');
        case 'store_back':
          // Another process may do the next refresh. (A successful read proves less: the store may still reject writes.)
          if (failedByStore) troubles.delete('refresh');
          return;
      }
    },
    async check() {
      const [latest] = await Promise.all([summaries.read().catch(ignoreRejection), checkStore()]);
      const all = [...troubles.values()];
      if (latest) return { hasAnswer: true, troubles: all };
      const empty: Trouble = { part: 'samples', reason: 'the store holds no samples', since: null };
      return { hasAnswer: false, troubles: troubles.has('store') ? all : [empty, ...all] };
    },
    troubles: () => [...troubles.values()],
  };
}
