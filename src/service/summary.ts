import { setTimeout as sleep } from 'node:timers/promises';
import type { SourceName } from '../domain/answer.ts';
import { StoreError } from '../domain/errors.ts';
import { freshUntil, type Summary, summarise, type ThreeHours } from '../domain/summary.ts';
import { CLOCK_TOLERANCE } from '../domain/time.ts';
import type { AnswerCache, Fleet, Store } from '../stores/store.ts';
import { decodeKept, encodeKept } from './kept-answer.ts';
import type { Observe } from './observer.ts';

/** A summary, and the last moment (epoch milliseconds) at which it is not stale. */
export interface KeptSummary {
  readonly summary: Summary;
  readonly freshUntil: number;
}

/** The summary that the process keeps: the same object until there is another. */
export interface Summaries extends AsyncDisposable {
  /** The kept one while it may be trusted at a time (epoch milliseconds); without waiting. */
  current(now: number): KeptSummary | undefined;
  /** The kept one, however old. */
  last(): KeptSummary | undefined;
  /**
   * The kept one, or a new one where that is too old; the old one when no new one can be had.
   * `undefined` while no sample is kept.
   *
   * @throws StoreError when the store fails, or is slow, and nothing was ever read from it.
   */
  read(): Promise<KeptSummary | undefined>;
  /** Reads the series anew, whatever is kept: for after a refresh. */
  renew(): Promise<KeptSummary | undefined>;
  /** Tells the listener of each summary that is kept from now on, until what is returned is called. */
  watch(listener: (kept: KeptSummary) => void): () => void;
}

export interface SummaryOptions {
  readonly store: Store;
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

/** How long a reader waits for a new summary where there is an old one. Milliseconds. */
const PATIENCE = 250;

/** How long a reader waits for the first summary of all. It is kept for the next one if it comes later. Milliseconds. */
const FIRST_PATIENCE = 800;

/** Time after a failure in which readers get the old summary at once. Milliseconds. */
const HOLD_OFF = 500;

export function createSummaries(options: SummaryOptions): Summaries {
  const { store, cache, fleet, source, clock, timeToLive, staleAfter, observe } = options;
  const writes = new Set<Promise<void>>();
  const listeners = new Set<(kept: KeptSummary) => void>();
  let kept: KeptSummary | undefined;
  let trusted = { since: 0, length: 0 };
  let failure: { at: number; error: unknown } | undefined;
  let running: Promise<KeptSummary | undefined> | undefined;

  /** A clock that was set back ends the trust too. */
  const isWithin = (now: number, since: number, length: number): boolean => {
    const age = now - since;
    return age >= 0 && age < length;
  };

  const current = (now: number) => {
    const { since, length } = trusted;
    const limit = fleet && !fleet.isListening() ? Math.min(length, DEAF_TRUST) : length;
    return isWithin(now, since, limit) ? kept : undefined;
  };

  function keep(threeHours: ThreeHours, since: number, length: number): KeptSummary {
    const summary = summarise(threeHours);
    kept = { summary, freshUntil: freshUntil(summary, staleAfter) };
    trusted = { since, length };
    for (const listener of listeners) listener(kept);
    return kept;
  }

  function writeToCache({ summary, freshUntil: limit }: KeptSummary): void {
    if (!cache || timeToLive === 0) return;
    const text = encodeKept(summary, { stale: clock() > limit, source });
    const write = cache
      .write(text, timeToLive)
      .catch((error: unknown) => observe({ type: 'cache_failed', error }))
      .finally(() => writes.delete(write));
    writes.add(write);
  }

  async function readFromCache(): Promise<KeptSummary | undefined> {
    try {
      const entry = await cache?.read();
      const threeHours = entry && decodeKept(entry.text, source, clock() + CLOCK_TOLERANCE);
      if (!threeHours) return undefined;
      return keep(threeHours, clock(), Math.min(entry.timeToLive, timeToLive));
    } catch (error) {
      observe({ type: 'cache_failed', error });
      return undefined;
    }
  }

  async function readFromStore(): Promise<KeptSummary | undefined> {
    const now = clock();
    const began = performance.now();
    try {
      const threeHours = await store.threeHours(now + CLOCK_TOLERANCE);
      failure = undefined;
      observe({ type: 'summary_read', duration: performance.now() - began });
      // Emptied by someone else: what was known of it is still the last that is known.
      if (!threeHours) return kept;
      const fresh = keep(threeHours, now, timeToLive);
      writeToCache(fresh);
      return fresh;
    } catch (error) {
      failure = { at: clock(), error };
      observe({ type: 'summary_failed', error, duration: performance.now() - began });
      throw error;
    }
  }

  /** One at a time, for all who wait. */
  function load(fromCache: boolean): Promise<KeptSummary | undefined> {
    const work = async () => (fromCache && !kept && (await readFromCache())) || readFromStore();
    running ??= work().finally(() => {
      running = undefined;
    });
    return running;
  }

  async function read(): Promise<KeptSummary | undefined> {
    const trustedOne = current(clock());
    if (trustedOne) return trustedOne;
    if (failure && isWithin(clock(), failure.at, HOLD_OFF)) {
      if (kept) return kept;
      throw failure.error;
    }
    const old = kept;
    const orOld = (error: unknown): KeptSummary => {
      if (old) return old;
      throw error;
    };
    const patience = new AbortController();
    const wait = sleep(old ? PATIENCE : FIRST_PATIENCE, undefined, { signal: patience.signal });
    const late = wait.then(() => orOld(new StoreError('timeout', 'the store does not answer')));
    try {
      return await Promise.race([load(!old).catch(orOld), late]);
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
    last: () => kept,
    read,
    renew,
    watch(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(writes);
    },
  };
}
