import type { RejectionReason } from '../domain/admission.ts';
import { ignoreRejection, SourceError, StoreError } from '../domain/errors.ts';
import type { Sample } from '../domain/sample.ts';
import { DAY, widen } from '../domain/time/bucket-width.ts';
import type { Range } from '../domain/time/range.ts';
import { CLOCK_TOLERANCE } from '../domain/time/time.ts';
import type { Source } from '../sources/source.ts';
import type { Coordinator } from '../stores/coordinator.ts';
import type { Appended, SampleStore } from '../stores/sample-store.ts';
import type { Observe } from './observer.ts';
import type { RefreshReport } from './refresh-report.ts';
import type { Summaries } from './summary.ts';

export interface Refresh {
  /**
   * Stores what the source yields, part by part, and renews the summary. A call during a refresh joins it.
   *
   * @param hasClient whether a client waits for the result. If so, the simulated source does not fill in history.
   * @throws SourceError if the source has no samples; StoreError if the store fails (some samples may be stored);
   *   StoppingError.
   */
  run(hasClient?: boolean): Promise<RefreshReport>;
  isRunning(): boolean;
}

export interface RefreshOptions {
  readonly source: Source;
  readonly store: SampleStore;
  readonly coordinator: Coordinator | undefined;
  readonly summaries: Summaries;
  readonly clock: () => number;
  readonly observe: Observe;
  /** Ends the refresh in progress. */
  readonly signal: AbortSignal;
}

/** A day of samples takes 20 ms. The next refresh stores what is missing. */
const APPEND_LIMIT_MS = 30_000;

const listOf = (rejections: ReadonlyMap<RejectionReason, number>): RefreshReport['rejections'] =>
  [...rejections].map(([reason, count]) => ({ reason, count }));

export function createRefresh(options: RefreshOptions): Refresh {
  const { source, store, coordinator, summaries, clock, observe, signal } = options;
  let running: Promise<RefreshReport> | undefined;
  let isAwaited = false;

  async function append(samples: readonly Sample[]): Promise<Appended> {
    const limit = AbortSignal.timeout(APPEND_LIMIT_MS);
    const began = performance.now();
    try {
      const appended = await store.append(samples, AbortSignal.any([signal, limit]));
      if (samples.length > 0) observe({ type: 'appended', duration: performance.now() - began });
      return appended;
    } catch (error) {
      signal.throwIfAborted();
      if (!limit.aborted) throw error;
      const message = `the store took more than ${APPEND_LIMIT_MS / 1000} s`;
      throw new StoreError('timeout', message, { cause: error });
    }
  }

  async function isTrimmed(range: Range): Promise<boolean> {
    const rawSince = await store.rawSince();
    if (rawSince === undefined || range.from >= rawSince) return false;
    for await (const buckets of store.buckets(widen(range, DAY), DAY)) if (buckets.length > 0) return true;
    return false;
  }

  async function refresh(): Promise<RefreshReport> {
    signal.throwIfAborted();
    const now = clock();
    const newest = await store.newest(now + CLOCK_TOLERANCE);
    const total = { received: 0, added: 0, duplicates: 0, rejected: 0 };
    const rejections = new Map<RejectionReason, number>();
    let asOf: number | undefined;
    const request = {
      now,
      newest,
      signal,
      isAwaited: () => isAwaited,
      samples: (range: Range) => store.range(range),
      isTrimmed,
    };
    for await (const part of source.pull(request)) {
      if (part.notes) observe({ type: 'pulled', notes: part.notes });
      if (part.rejections.size > 0) observe({ type: 'rejected', rejections: listOf(part.rejections) });
      for (const [reason, count] of part.rejections) {
        rejections.set(reason, (rejections.get(reason) ?? 0) + count);
        total.rejected += count;
      }
      if (part.samples.length === 0 && part.rejections.size > 0) continue;
      const { added, duplicates } = await append(part.samples);
      total.received += part.samples.length;
      total.added += added;
      total.duplicates += duplicates;
      // A process that misses the message reads the store again after a second.
      if (added > 0) await coordinator?.announce().catch(ignoreRejection);
      // The samples are stored: a summary that cannot be read now is read later.
      asOf = (await summaries.renew().catch(ignoreRejection))?.summary.asOf;
    }
    if (total.received === 0 && total.rejected > 0) {
      const why = [...rejections].map(([reason, count]) => `${count} ${reason}`).join(', ');
      throw new SourceError('all_rejected', `the source sent no valid record: ${why}`);
    }
    return { ...total, received: total.received + total.rejected, rejections: listOf(rejections), asOf };
  }

  async function observed(): Promise<RefreshReport> {
    const began = performance.now();
    try {
      const report = await refresh();
      observe({ type: 'refreshed', report, duration: performance.now() - began });
      return report;
    } catch (error) {
      if (!signal.aborted) observe({ type: 'refresh_failed', error, duration: performance.now() - began });
      throw error;
    }
  }

  return {
    run(hasClient = true) {
      isAwaited ||= hasClient;
      running ??= observed().finally(() => {
        running = undefined;
        isAwaited = false;
      });
      return running;
    },
    isRunning: () => running !== undefined,
  };
}
