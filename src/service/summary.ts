import { setTimeout as sleep } from 'node:timers/promises';
import type { SourceName } from '../domain/answer.ts';
import { ignoreRejection, StoreError } from '../domain/errors.ts';
import { freshUntil, type KeptSummary, summarise, type ThreeHours } from '../domain/summary.ts';
import { CLOCK_TOLERANCE } from '../domain/time/time.ts';
import type { AnswerCache } from '../stores/answer-cache.ts';
import type { Coordinator } from '../stores/coordinator.ts';
import type { SampleStore } from '../stores/sample-store.ts';
import type { Observe } from './observer.ts';
import { createSharedAnswer } from './shared-answer.ts';

/** Receives each new summary; `undefined` when the store turns out to be empty. */
export type SummaryListener = (kept: KeptSummary | undefined) => void;

/** The process's copy of the summary. It is the same object until it changes. */
export interface Summaries extends AsyncDisposable {
  /** The summary if it may be used at a time (epoch milliseconds), without waiting. */
  current(now: number): KeptSummary | undefined;
  /** The summary, however old. */
  last(): KeptSummary | undefined;
  /** Whether the store held no samples when it was last read. */
  isEmpty(): boolean;
  /**
   * The summary, read again if it is too old; the old one if that fails or takes too long. `undefined` if the store holds no
   * samples.
   *
   * @throws StoreError if the store fails or is slow, and there is no old summary.
   */
  read(): Promise<KeptSummary | undefined>;
  /** Reads the store again, for use after a refresh. */
  renew(): Promise<KeptSummary | undefined>;
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
const WAIT_MS = 250;

/** How long a reader waits for the first summary. If it arrives later, the next reader gets it. */
const FIRST_WAIT_MS = 800;

/** How long readers get the old summary without a new attempt after a failure. */
const HOLD_OFF_MS = 500;

/** What the process knows, and how long it may be used. */
interface Known {
  /** `undefined`: the store holds no samples. */
  readonly kept: KeptSummary | undefined;
  readonly since: number;
  readonly timeToLiveMs: number;
}

export function createSummaries(options: SummaryOptions): Summaries {
  const { store, coordinator, clock, timeToLiveMs, staleAfterMs, observe } = options;
  const shared = createSharedAnswer(options);
  const emptyTtlMs = Math.min(timeToLiveMs, EMPTY_TTL_MS);
  const listeners = new Set<SummaryListener>();
  let known: Known | undefined;
  let failure: { at: number; error: unknown } | undefined;
  let running: Promise<KeptSummary | undefined> | undefined;

  /** False also if the clock was set back. */
  const isWithin = (now: number, since: number, lengthMs: number): boolean =>
    now >= since && now - since < lengthMs;

  function isUsable(now: number): boolean {
    if (!known) return false;
    const isDisconnected = coordinator && !coordinator.isListening();
    const ttlMs = isDisconnected ? Math.min(known.timeToLiveMs, DISCONNECTED_TTL_MS) : known.timeToLiveMs;
    return isWithin(now, known.since, ttlMs);
  }

  const current = (now: number) => (isUsable(now) ? known?.kept : undefined);

  function notify(kept: KeptSummary | undefined): void {
    for (const listener of listeners) listener(kept);
  }

  function keep(threeHours: ThreeHours, since: number, ttlMs: number): KeptSummary {
    const summary = summarise(threeHours);
    const kept = { summary, freshUntil: freshUntil(summary, staleAfterMs) };
    known = { kept, since, timeToLiveMs: ttlMs };
    notify(kept);
    return kept;
  }

  function keepEmpty(since: number): void {
    const before = known;
    known = { kept: undefined, since, timeToLiveMs: emptyTtlMs };
    if (before && !before.kept) return;
    // Other processes must not start with an answer about deleted samples.
    if (before) shared.clear();
    notify(undefined);
  }

  async function readFromCache(): Promise<KeptSummary | undefined> {
    const found = await shared.read();
    return found && keep(found.threeHours, clock(), found.timeToLiveMs);
  }

  async function readFromStore(): Promise<KeptSummary | undefined> {
    const now = clock();
    const began = performance.now();
    try {
      const threeHours = await store.threeHours(now + CLOCK_TOLERANCE);
      const kept = known?.kept;
      // If the clock was set back, all samples may be ahead of it: then the last answer stays.
      const isAhead = !threeHours && kept !== undefined && (await store.oldest()) !== undefined;
      failure = undefined;
      observe({ type: 'summary_read', duration: performance.now() - began });
      if (isAhead) {
        known = { kept, since: now, timeToLiveMs: emptyTtlMs };
        return kept;
      }
      if (!threeHours) {
        keepEmpty(now);
        return undefined;
      }
      const fresh = keep(threeHours, now, timeToLiveMs);
      shared.write(fresh);
      return fresh;
    } catch (error) {
      failure = { at: clock(), error };
      observe({ type: 'summary_failed', error, duration: performance.now() - began });
      throw error;
    }
  }

  /** Joins a load in progress. */
  function load(fromCache: boolean): Promise<KeptSummary | undefined> {
    const work = async () => (fromCache && !known && (await readFromCache())) || readFromStore();
    running ??= work().finally(() => {
      running = undefined;
    });
    return running;
  }

  async function read(): Promise<KeptSummary | undefined> {
    if (isUsable(clock())) return known?.kept;
    if (failure && isWithin(clock(), failure.at, HOLD_OFF_MS)) {
      if (known?.kept) return known.kept;
      throw failure.error;
    }
    const old = known?.kept;
    const oldOrThrow = (error: unknown): KeptSummary => {
      if (old) return old;
      throw error;
    };
    const waiting = new AbortController();
    const wait = sleep(old ? WAIT_MS : FIRST_WAIT_MS, undefined, { signal: waiting.signal });
    const late = wait.then(() => oldOrThrow(new StoreError('timeout', 'the store does not answer')));
    try {
      return await Promise.race([load(!known).catch(oldOrThrow), late]);
    } finally {
      waiting.abort();
    }
  }

  async function renew(): Promise<KeptSummary | undefined> {
    // A load in progress may have started before the last write.
    await running?.catch(ignoreRejection);
    return load(false);
  }

  return {
    current,
    last: () => known?.kept,
    isEmpty: () => known !== undefined && known.kept === undefined,
    read,
    renew,
    watch(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    [Symbol.asyncDispose]: () => shared[Symbol.asyncDispose](),
  };
}
