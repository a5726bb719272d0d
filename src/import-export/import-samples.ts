import { setTimeout as sleep } from 'node:timers/promises';
import { ignoreRejection } from '../domain/errors.ts';
import type { Sample } from '../domain/sample.ts';
import { formatTime } from '../domain/time/time.ts';
import type { SampleStore } from '../stores/sample-store.ts';
import type { ImportCounter } from './import-counts.ts';
import type { RejectedLine, SampleBatch } from './sample-batch.ts';
import { UnusableError } from './unusable-input.ts';

/** Samples per write: few transactions for SQLite, short waits for Redis. */
const WRITE_SIZE = 10_000;

/** Pause after each write, so that a running service can write its own refreshes. */
const PAUSE_MS = 1;

/** A slow input is written after this time, even if a write is not full. */
const FLUSH_AFTER_MS = 1000;

const ANNOUNCE_INTERVAL_MS = 1000;

/** How long samples are not trimmed after a write. A slow input renews it in time, and a killed import ends it. */
const HOLD_MS = 120_000;

/** @throws UnusableError if the sample is older than those that are kept. */
export function refuseOlder({ time }: Sample, keptSince: number): void {
  if (time < keptSince)
    throw new UnusableError(
      `a sample at ${formatTime(time)} is older than RETENTION (samples before ${formatTime(keptSince)} are deleted). To add averages for hours that have none, use --keep-older`,
    );
}

export interface ImportOptions {
  readonly batches: AsyncIterable<SampleBatch>;
  readonly store: Pick<SampleStore, 'append'>;
  /** The time before which samples are not kept, in epoch milliseconds. An older one ends the import. */
  readonly keptSince?: number | undefined;
  /** Keeps samples from being trimmed until a time (epoch milliseconds), so that no hour is trimmed half imported. */
  readonly hold?: (until: number) => Promise<void>;
  readonly counter: ImportCounter;
  /** Receives the rejected lines; the import waits for it. */
  readonly reject: (lines: readonly RejectedLine[]) => Promise<void>;
  /** Notifies other processes on the same store of a change. */
  readonly announce: () => Promise<void>;
  /** Stops the import between two batches. Samples read before are stored and counted. */
  readonly stopping: AbortSignal;
  /** Aborts a write in progress as well. */
  readonly signal: AbortSignal;
}

/**
 * Writes batches to the store, one while the next is read. Samples before an error in the input are stored.
 *
 * @throws whatever reading the batches throws; UnusableError for a sample before `keptSince`; StoreError.
 */
export async function importSamples(options: ImportOptions): Promise<void> {
  const { batches, store, keptSince = 0, hold, counter, reject, announce, stopping, signal } = options;
  let heldAt = Number.NEGATIVE_INFINITY;
  let pending: Sample[] = [];
  let hasChanged = false;
  let announcedAt = performance.now();
  let flushedAt = performance.now();

  async function announceChange(): Promise<void> {
    if (!hasChanged) return;
    hasChanged = false;
    announcedAt = performance.now();
    // Processes that miss the message read the store again by themselves a little later.
    await announce().catch(ignoreRejection);
  }

  async function holdTrim(): Promise<void> {
    if (!hold || performance.now() - heldAt < HOLD_MS / 4) return;
    heldAt = performance.now();
    await hold(Date.now() + HOLD_MS);
  }

  async function append(samples: readonly Sample[]): Promise<void> {
    await holdTrim();
    const appended = await store.append(samples, signal);
    counter.add(appended);
    hasChanged ||= appended.added > 0;
    if (performance.now() - announcedAt > ANNOUNCE_INTERVAL_MS) await announceChange();
    await sleep(PAUSE_MS);
  }

  let writing = Promise.resolve();
  async function flush(): Promise<void> {
    await writing;
    if (pending.length === 0) return;
    flushedAt = performance.now();
    writing = append(pending);
    // The next `await writing` throws the error.
    writing.catch(ignoreRejection);
    pending = [];
  }

  try {
    for await (const { samples, rejected, omitted } of batches) {
      if (stopping.aborted) break;
      // Do not split a small batch, such as an archive's hour: half an hour in the store would pass for all of it.
      if (samples.length < WRITE_SIZE && pending.length + samples.length > WRITE_SIZE) await flush();
      for (const sample of samples) {
        refuseOlder(sample, keptSince);
        if (pending.push(sample) === WRITE_SIZE) await flush();
      }
      counter.omit(omitted);
      for (const { reason } of rejected) counter.reject(reason);
      if (rejected.length > 0) await reject(rejected);
      if (performance.now() - flushedAt > FLUSH_AFTER_MS) await flush();
    }
  } finally {
    await flush();
    await writing;
    await announceChange();
  }
}
