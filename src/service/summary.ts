import { setTimeout as sleep } from 'node:timers/promises';
import type { SourceName } from '../domain/answer.ts';
import { ignoreRejection, StoreError } from '../domain/errors.ts';
import { freshUntil, type SummaryWithFreshness, summarise, type ThreeHours } from '../domain/summary.ts';
import { CLOCK_TOLERANCE } from '../domain/time/time.ts';
import type { AnswerCache } from '../stores/answer-cache.ts';
import type { Coordinator } from '../stores/coordinator.ts';
import type { SampleStore } from '../stores/sample-store.ts';
import type { Observe } from './observer.ts';
import { createSharedAnswer } from './shared-answer.ts';

/** Receives each new summary; `undefined` when the store turns out to be empty. */
export type SummaryListener = (latest: SummaryWithFreshness | undefined) => void;

/** The process's copy of the summary. It is the same object until it changes. */
export interface Summaries extends AsyncDisposable {
  /** The summary, if its time to live has not passed at a time (epoch milliseconds). Does not wait. */
  unexpired(now: number): SummaryWithFreshness | undefined;
  /** The summary, however old. */
  latest(): SummaryWithFreshness | undefined;
  /** Whether the store held no samples when it was last read. */
  isEmpty(): boolean;
  /**
   * The summary, read again if it is too old; the old one if that fails or takes too long. `undefined` if the store holds no
   * samples.
   *
   * @throws StoreError if the store fails or is slow, and there is no old summary.
   */
  read(): Promise<SummaryWithFreshness | undefined>;
  /** Reads the store again, for use after a refresh. */
  renew(): Promise<SummaryWithFreshness | undefined>;
  /** Calls the listener until the returned function is called. */
  watch(listener: SummaryListener): () => void;
}

export interface SummaryOptions {
  readonly store: SampleStore;
  readonly cache: AnswerCache | undefined;
  readonly coordinator: Coordinator | undefined;
  readonly source: SourceName;
  readonly clock: () => number;
  /** How long a summary is used before the store is read again, since other programs may write to it. */
  readonly timeToLiveMs: number;
  readonly staleAfterMs: number;
  readonly observe: Observe;
}

/** How long a summary is used while messages of other processes cannot be received. */
const DISCONNECTED_TTL_MS = 1000;

/** How long "the store has nothing newer" is trusted. Short, so that samples of other writers show up soon. */
const EMPTY_TTL_MS = 1000;

/** How long a reader waits for a new summary if there is an old one. */
export const WAIT_WITH_OLD_MS = 250;

/** How long a reader waits for the first summary. If it arrives later, the next reader gets it. */
const WAIT_WITHOUT_OLD_MS = 800;

/** How long readers get the old summary without a new attempt after a failure. */
export const HOLD_OFF_MS = 500;

/** The process's copy of the summary, and how long it may be used. */
interface LocalCopy {
  /** `undefined`: the store holds no samples. */
  readonly latest: SummaryWithFreshness | undefined;
  readonly readAt: number;
  readonly timeToLiveMs: number;
}

/** False also if the clock was set back. */
export const isWithin = (now: number, since: number, lengthMs: number): boolean =>
  now >= since && now - since < lengthMs;

/** Settles like the work, but rejects with a StoreError after the limit. */
export async function settledWithin<T>(limitMs: number, work: Promise<T>): Promise<T> {
  const waiting = new AbortController();
  const late = sleep(limitMs, undefined, { signal: waiting.signal }).then(() => {
    throw new StoreError('timeout', 'the store does not answer');
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    waiting.abort();
  }
}

export function createSummaries(options: SummaryOptions): Summaries {
  const { store, coordinator, clock, timeToLiveMs, staleAfterMs, observe } = options;
  const shared = createSharedAnswer(options);
  const emptyTtlMs = Math.min(timeToLiveMs, EMPTY_TTL_MS);
  const listeners = new Set<SummaryListener>();
  let copy: LocalCopy | undefined;
  let failure: { at: number; error: unknown } | undefined;
  let running: Promise<SummaryWithFreshness | undefined> | undefined;

  function isUsable(now: number): boolean {
    if (!copy) return false;
    const isDisconnected = coordinator && !coordinator.isListening();
    const ttlMs = isDisconnected ? Math.min(copy.timeToLiveMs, DISCONNECTED_TTL_MS) : copy.timeToLiveMs;
    return isWithin(now, copy.readAt, ttlMs);
  }

  const unexpired = (now: number) => (isUsable(now) ? copy?.latest : undefined);

  function notify(latest: SummaryWithFreshness | undefined): void {
    for (const listener of listeners) listener(latest);
  }

  function replaceCopy(threeHours: ThreeHours, readAt: number, ttlMs: number): SummaryWithFreshness {
    const summary = summarise(threeHours);
    const latest = { summary, freshUntil: freshUntil(summary, staleAfterMs) };
    copy = { latest, readAt, timeToLiveMs: ttlMs };
    notify(latest);
    return latest;
  }

  function clearCopy(readAt: number): void {
    const before = copy;
    copy = { latest: undefined, readAt, timeToLiveMs: emptyTtlMs };
    if (before && !before.latest) return;
    // Other processes must not start with an answer about deleted samples.
    if (before) shared.clear();
    notify(undefined);
  }

  async function readFromCache(): Promise<SummaryWithFreshness | undefined> {
    const found = await shared.read();
    return found && replaceCopy(found.threeHours, clock(), found.timeToLiveMs);
  }

  async function readFromStore(): Promise<SummaryWithFreshness | undefined> {
    const now = clock();
    const began = performance.now();
    try {
      const threeHours = await store.threeHours(now + CLOCK_TOLERANCE);
      const latest = copy?.latest;
      // If the clock was set back, all samples may be ahead of it: then the last answer stays.
      const isAhead = !threeHours && latest !== undefined && (await store.oldest()) !== undefined;
      failure = undefined;
      observe({ type: 'summary_read', duration: performance.now() - began });
      if (isAhead) {
        copy = { latest, readAt: now, timeToLiveMs: emptyTtlMs };
        return latest;
      }
      if (!threeHours) {
        clearCopy(now);
        return undefined;
      }
      const fresh = replaceCopy(threeHours, now, timeToLiveMs);
      shared.write(fresh);
      return fresh;
    } catch (error) {
      failure = { at: clock(), error };
      observe({ type: 'summary_failed', error, duration: performance.now() - began });
      throw error;
    }
  }

  /** Joins a load in progress. */
  function load(fromCache: boolean): Promise<SummaryWithFreshness | undefined> {
    const work = async () => (fromCache && !copy && (await readFromCache())) || readFromStore();
    running ??= work().finally(() => {
      running = undefined;
    });
    return running;
  }

  async function read(): Promise<SummaryWithFreshness | undefined> {
    if (isUsable(clock())) return copy?.latest;
    if (failure && isWithin(clock(), failure.at, HOLD_OFF_MS)) {
      if (copy?.latest) return copy.latest;
      throw failure.error;
    }
    const old = copy?.latest;
    try {
      return await settledWithin(old ? WAIT_WITH_OLD_MS : WAIT_WITHOUT_OLD_MS, load(!copy));
    } catch (error) {
      if (old) return old;
      throw error;
    }
  }

  async function renew(): Promise<SummaryWithFreshness | undefined> {
    // A load in progress may have started before the last write.
    await running?.catch(ignoreRejection);
    return load(false);
  }

  return {
    unexpired,
    latest: () => copy?.latest,
    isEmpty: () => copy !== undefined && copy.latest === undefined,
    read,
    renew,
    watch(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    [Symbol.asyncDispose]: () => shared[Symbol.asyncDispose](),
  };
}
