import { SourceError, StoreError } from '../domain/errors.ts';
import type { Sample } from '../domain/sample.ts';
import { CLOCK_TOLERANCE } from '../domain/time/time.ts';
import type { OpenedSource } from '../sources/source.ts';
import type { Fleet } from '../stores/fleet.ts';
import type { Appended, SampleStore } from '../stores/sample-store.ts';
import type { Observe } from './observer.ts';
import type { RefreshReport } from './refresh-report.ts';
import type { Summaries } from './summary.ts';

export interface Refresh {
  /**
   * One pass: source, gate, store, summary. A call while one is under way joins it.
   *
   * @throws SourceError when nothing could be had, and nothing changed; StoreError when the store
   *   failed, and a part may be kept; StoppingError.
   */
  run(): Promise<RefreshReport>;
  isRunning(): boolean;
}

export interface RefreshOptions {
  readonly source: OpenedSource;
  readonly store: SampleStore;
  readonly fleet: Fleet | undefined;
  readonly summaries: Summaries;
  readonly clock: () => number;
  readonly observe: Observe;
  /** Ends the pass under way. */
  readonly signal: AbortSignal;
}

/** A day takes a fiftieth of a second. What is not kept within this time is for the next pass. Milliseconds. */
const APPEND_LIMIT = 30_000;

export function createRefresh(options: RefreshOptions): Refresh {
  const { source, store, fleet, summaries, clock, observe, signal } = options;
  let running: Promise<RefreshReport> | undefined;

  async function append(samples: readonly Sample[]): Promise<Appended> {
    const limit = AbortSignal.timeout(APPEND_LIMIT);
    const began = performance.now();
    try {
      const appended = await store.append(samples, AbortSignal.any([signal, limit]));
      if (samples.length > 0) observe({ type: 'appended', duration: performance.now() - began });
      return appended;
    } catch (error) {
      signal.throwIfAborted();
      if (!limit.aborted) throw error;
      throw new StoreError('timeout', `the store took more than ${APPEND_LIMIT / 1000} s`, { cause: error });
    }
  }

  async function tell(hasNews = true) {
    // The others first. Who is not told now reads anew after a second, or when it hears again.
    if (hasNews) await fleet?.announce().catch(() => 'not told');
    // What is kept is kept: a summary that cannot be read now is read later.
    return await summaries.renew().catch(() => undefined);
  }

  async function pass(): Promise<RefreshReport> {
    signal.throwIfAborted();
    const now = clock();
    const kept = await store.newest(now + CLOCK_TOLERANCE);
    const early = { received: 0, added: 0, duplicates: 0 };
    const pull = await source.pull({
      now,
      kept,
      signal,
      samples: (range) => store.range(range),
      async keep(part) {
        const { added, duplicates } = await append(part);
        early.received += part.length;
        early.added += added;
        early.duplicates += duplicates;
        if (added > 0) await tell();
      },
    });
    const { samples, rejections, notes } = pull;
    if (notes) observe({ type: 'pulled', notes });
    const counts = [...rejections].map(([reason, count]) => ({ reason, count }));
    const rejected = counts.reduce((sum, { count }) => sum + count, 0);
    if (rejected > 0) observe({ type: 'rejected', rejections: counts });
    if (samples.length === 0 && rejected > 0) {
      const why = counts.map(({ reason, count }) => `${count} ${reason}`).join(', ');
      throw new SourceError('all_rejected', `the source sent no good record: ${why}`);
    }
    const { added, duplicates } = await append(samples);
    const renewed = await tell(added > 0);
    return {
      received: early.received + samples.length + rejected,
      added: early.added + added,
      duplicates: early.duplicates + duplicates,
      rejected,
      rejections: counts,
      asOf: renewed?.summary.asOf,
    };
  }

  async function observed(): Promise<RefreshReport> {
    const began = performance.now();
    try {
      const report = await pass();
      observe({ type: 'refreshed', report, duration: performance.now() - began });
      return report;
    } catch (error) {
      if (!signal.aborted) observe({ type: 'refresh_failed', error, duration: performance.now() - began });
      throw error;
    }
  }

  return {
    run() {
      running ??= observed().finally(() => {
        running = undefined;
      });
      return running;
    },
    isRunning: () => running !== undefined,
  };
}
