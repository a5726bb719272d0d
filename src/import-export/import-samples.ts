import { setTimeout as sleep } from 'node:timers/promises';
import type { Sample } from '../domain/sample.ts';
import type { SampleStore } from '../stores/sample-store.ts';
import type { Tally } from './import-counts.ts';
import type { Parcel, RejectedLine } from './sample-batch.ts';

/** Samples that the store is given together: SQLite keeps them in few transactions, and Redis never waits for more. */
const BATCH = 10_000;

/** Time that other writers to the store get after each batch, so that a service's own refreshes go on. Milliseconds. */
const PAUSE = 1;

/** Of an input that comes slowly nothing waits longer for its batch to be full. Milliseconds. */
const KEEP_AFTER = 1000;

/** Between two announcements of what has changed. Milliseconds. */
const ANNOUNCE_AFTER = 1000;

export interface TakeIn {
  readonly parcels: AsyncIterable<Parcel>;
  readonly store: Pick<SampleStore, 'append'>;
  readonly tally: Tally;
  /** Is given each rejected line, and waited for. */
  readonly reject: (lines: readonly RejectedLine[]) => Promise<void>;
  /** Tells others over the same store that it changed. */
  readonly announce: () => Promise<void>;
  /** Ends the taking in between two parcels: what was read is kept and counted. */
  readonly stopping: AbortSignal;
  /** Gives up what the store was given as well. */
  readonly signal: AbortSignal;
}

/**
 * Brings parcels into the store: one batch is kept while the next is read. What came before a fault of the input is kept.
 *
 * @throws what the parcels throw; StoreError.
 */
export async function takeIn(options: TakeIn): Promise<void> {
  const { parcels, store, tally, reject, announce, stopping, signal } = options;
  let batch: Sample[] = [];
  let isNews = false;
  let announced = performance.now();
  let flushed = performance.now();

  async function tell(): Promise<void> {
    if (!isNews) return;
    isNews = false;
    announced = performance.now();
    // Processes that miss the message read the store again by themselves a little later.
    await announce().catch(() => undefined);
  }

  async function append(samples: readonly Sample[]): Promise<void> {
    const appended = await store.append(samples, signal);
    tally.keep(appended);
    isNews ||= appended.added > 0;
    if (performance.now() - announced > ANNOUNCE_AFTER) await tell();
    await sleep(PAUSE);
  }

  let underWay = Promise.resolve();
  async function flush(): Promise<void> {
    await underWay;
    if (batch.length === 0) return;
    flushed = performance.now();
    underWay = append(batch);
    // It is thrown where it is waited for.
    underWay.catch(() => undefined);
    batch = [];
  }

  try {
    for await (const { samples, rejected } of parcels) {
      if (stopping.aborted) break;
      // A small parcel, such as a place's hour, is not cut: half an hour that is kept would pass for the whole one.
      if (samples.length < BATCH && batch.length + samples.length > BATCH) await flush();
      for (const sample of samples) {
        if (batch.push(sample) === BATCH) await flush();
      }
      for (const { reason } of rejected) tally.reject(reason);
      if (rejected.length > 0) await reject(rejected);
      if (performance.now() - flushed > KEEP_AFTER) await flush();
    }
  } finally {
    await flush();
    await underWay;
    await tell();
  }
}
