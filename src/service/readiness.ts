import { publicReason, StoreError } from '../domain/errors.ts';
import { formatTime } from '../domain/time/time.ts';
import type { SampleStore } from '../stores/sample-store.ts';
import type { Observe } from './observer.ts';
import type { Summaries } from './summary.ts';

/** What does not work, in words fit for readers. */
export interface Trouble {
  readonly part: 'refresh' | 'store' | 'samples' | 'price';
  readonly reason: string;
  /** RFC 3339; `null` where it is not known. */
  readonly since: string | null;
}

export interface Readiness {
  /** To be told all events: how refreshes fare is learnt from them. */
  readonly observe: Observe;
  /** Whether there is an answer to give, and what does not work. Asks the store. */
  check(): Promise<{ readonly hasAnswer: boolean; readonly troubles: readonly Trouble[] }>;
  /** The last known troubles, without asking anyone. */
  troubles(): readonly Trouble[];
}

export function createReadiness(options: {
  store: SampleStore;
  summaries: Summaries;
  clock: () => number;
}): Readiness {
  const { store, summaries, clock } = options;
  const known = new Map<Trouble['part'], Trouble>();
  let failedByStore = false;

  function fail(part: Trouble['part'], error: unknown): void {
    const since = known.get(part)?.since ?? formatTime(clock());
    known.set(part, { part, reason: publicReason(error), since });
  }

  async function checkStore(): Promise<void> {
    try {
      await store.check();
      known.delete('store');
    } catch (error) {
      fail('store', error);
    }
  }

  return {
    observe(event) {
      switch (event.type) {
        case 'pulled': {
          const { price: reason } = event.notes.absent;
          if (reason === undefined) known.delete('price');
          else
            known.set('price', {
              part: 'price',
              reason,
              since: known.get('price')?.since ?? formatTime(clock()),
            });
          return;
        }
        case 'changed_elsewhere':
          // Whether it had a price is not said: this process finds out when it is its turn.
          known.delete('price');
          return void known.delete('refresh');
        case 'refreshed':
          return void known.delete('refresh');
        case 'refresh_failed':
          failedByStore = event.error instanceof StoreError;
          return fail('refresh', event.error);
        case 'summary_failed':
          return fail('store', event.error);
        case 'summary_read':
          return void known.delete('store');
        case 'store_back':
          // What failed for its absence would not now, and may be another process's to repeat. (That the store can
          // be read would not tell: it may still take no writes.)
          if (failedByStore) known.delete('refresh');
          return;
      }
    },
    async check() {
      const [kept] = await Promise.all([summaries.read().catch(() => undefined), checkStore()]);
      const troubles = [...known.values()];
      if (kept) return { hasAnswer: true, troubles };
      const nothing: Trouble = { part: 'samples', reason: 'no sample is kept', since: null };
      return { hasAnswer: false, troubles: known.has('store') ? troubles : [nothing, ...troubles] };
    },
    troubles: () => [...known.values()],
  };
}
