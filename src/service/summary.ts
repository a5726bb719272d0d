import { setTimeout as sleep } from 'node:timers/promises';
import type { SourceName } from '../domain/answer.ts';
import { StoreError } from '../domain/errors.ts';
import { freshUntil, type KeptSummary, summarise, type ThreeHours } from '../domain/summary.ts';
import { CLOCK_TOLERANCE } from '../domain/time/time.ts';
import type { AnswerCache } from '../stores/answer-cache.ts';
import type { Fleet } from '../stores/fleet.ts';
import type { SampleStore } from '../stores/sample-store.ts';
import type { Observe } from './observer.ts';
import { createSharedAnswer } from './shared-answer.ts';

/** Gets each new summary; `undefined` when the store turns out to be empty. */
export type SummaryListener = (kept: KeptSummary | undefined) => void;

/** The summary that the process keeps: the same object until there is another. */
export interface Summaries extends AsyncDisposable {
  /** The kept one while it may be trusted at a time (epoch milliseconds); without waiting. */
  current(now: number): KeptSummary | undefined;
  /** The kept one, however old. */
  last(): KeptSummary | undefined;
  /** Whether the store held no sample when it was last read. */
  isEmpty(): boolean;
  /**
   * The kept one, or a new one where that is too old; the old one when no new one can be had.
   * `undefined` while the store holds no sample.
   *
   * @throws StoreError when the store fails or is slow, and no summary is kept.
   */
  read(): Promise<KeptSummary | undefined>;
  /** Reads the series again, whatever is kept: for after a refresh. */
  renew(): Promise<KeptSummary | undefined>;
  /** Calls the listener from now on, until the returned function is called. */
  watch(listener: SummaryListener): () => void;
}

export interface SummaryOptions {
  readonly store: SampleStore;
  readonly cache: AnswerCache | undefined;
  readonly fleet: Fleet | undefined;
  readonly source: SourceName;
  readonly clock: () => number;
  /** How long a summary is trusted, since others may write the series. Milliseconds. */
  readonly timeToLive: number;
  readonly staleAfter: number;
  readonly observe: Observe;
}

/** How long a summary is trusted while changes would not be heard. Milliseconds. */
const DEAF_TRUST = 1000;

/**
 * How long it is trusted that the store has nothing newer to give: that it is empty, or that all of its samples are
 * ahead of the clock. Short, so that samples of another writer show up soon. Milliseconds.
 */
const ABSENCE_TRUST = 1000;

/** How long a reader waits for a new summary where there is an old one. Milliseconds. */
const PATIENCE = 250;

/** How long a reader waits for the first summary of all. It is kept for the next one if it comes later. Milliseconds. */
const FIRST_PATIENCE = 800;

/** Time after a failure in which readers get the old summary at once. Milliseconds. */
const HOLD_OFF = 500;

/** What the process knows, and for how long from `since` on it may be trusted. Milliseconds. */
interface Known {
  /** `undefined`: the store holds no sample. */
  readonly kept: KeptSummary | undefined;
  readonly since: number;
  readonly length: number;
}

export function createSummaries(options: SummaryOptions): Summaries {
  const { store, fleet, clock, timeToLive, staleAfter, observe } = options;
  const shared = createSharedAnswer(options);
  const listeners = new Set<SummaryListener>();
  let known: Known | undefined;
  let failure: { at: number; error: unknown } | undefined;
  let running: Promise<KeptSummary | undefined> | undefined;

  /** A clock that was set back ends the trust too. */
  const isWithin = (now: number, since: number, length: number): boolean => {
    const age = now - since;
    return age >= 0 && age < length;
  };

  function isTrusted(now: number): boolean {
    if (!known) return false;
    const { since, length } = known;
    return isWithin(now, since, fleet && !fleet.isListening() ? Math.min(length, DEAF_TRUST) : length);
  }

  const current = (now: number) => (isTrusted(now) ? known?.kept : undefined);

  function tell(kept: KeptSummary | undefined): void {
    for (const listener of listeners) listener(kept);
  }

  function keep(threeHours: ThreeHours, since: number, length: number): KeptSummary {
    const summary = summarise(threeHours);
    const kept = { summary, freshUntil: freshUntil(summary, staleAfter) };
    known = { kept, since, length };
    tell(kept);
    return kept;
  }

  function keepAbsence(since: number): void {
    const before = known;
    known = { kept: undefined, since, length: Math.min(timeToLive, ABSENCE_TRUST) };
    if (before && !before.kept) return;
    // Another process must not start with an answer about samples that are gone.
    if (before) shared.clear();
    tell(undefined);
  }

  async function readFromCache(): Promise<KeptSummary | undefined> {
    const found = await shared.read();
    return found && keep(found.threeHours, clock(), found.length);
  }

  async function readFromStore(): Promise<KeptSummary | undefined> {
    const now = clock();
    const began = performance.now();
    try {
      const threeHours = await store.threeHours(now + CLOCK_TOLERANCE);
      const kept = known?.kept;
      // A clock that was set back sees no sample in a store that has some: then the last answer stays.
      const isAhead = !threeHours && kept !== undefined && (await store.oldest()) !== undefined;
      failure = undefined;
      observe({ type: 'summary_read', duration: performance.now() - began });
      if (isAhead) {
        known = { kept, since: now, length: Math.min(timeToLive, ABSENCE_TRUST) };
        return kept;
      }
      if (!threeHours) {
        keepAbsence(now);
        return undefined;
      }
      const fresh = keep(threeHours, now, timeToLive);
      shared.write(fresh);
      return fresh;
    } catch (error) {
      failure = { at: clock(), error };
      observe({ type: 'summary_failed', error, duration: performance.now() - began });
      throw error;
    }
  }

  /** One at a time, for all who wait. */
  function load(fromCache: boolean): Promise<KeptSummary | undefined> {
    const work = async () => (fromCache && !known && (await readFromCache())) || readFromStore();
    running ??= work().finally(() => {
      running = undefined;
    });
    return running;
  }

  async function read(): Promise<KeptSummary | undefined> {
    if (isTrusted(clock())) return known?.kept;
    if (failure && isWithin(clock(), failure.at, HOLD_OFF)) {
      if (known?.kept) return known.kept;
      throw failure.error;
    }
    const old = known?.kept;
    const orOld = (error: unknown): KeptSummary => {
      if (old) return old;
      throw error;
    };
    const patience = new AbortController();
    const wait = sleep(old ? PATIENCE : FIRST_PATIENCE, undefined, { signal: patience.signal });
    const late = wait.then(() => orOld(new StoreError('timeout', 'the store does not answer')));
    try {
      return await Promise.race([load(!known).catch(orOld), late]);
    } finally {
      patience.abort();
    }
  }

  async function renew(): Promise<KeptSummary | undefined> {
    // One under way may have been read before what was just written.
    await running?.catch(() => undefined);
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
