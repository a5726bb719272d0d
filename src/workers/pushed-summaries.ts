import type { SourceName } from '../domain/answer.ts';
import { freshUntil, type KeptSummary, summarise } from '../domain/summary.ts';
import { decodeAnswer } from '../service/cached-answer.ts';
import type { Summaries, SummaryListener } from '../service/summary.ts';

/** How long a summary is used without a sign of the writer, which sends one each second. */
const SILENCE_MS = 2500;

/** How long "the store holds no samples" is trusted. */
const EMPTY_MS = 1000;

interface PushedSummaries extends Summaries {
  /** Takes a summary from the writer: the text of `encodeAnswer`, or an empty one if the store holds no samples. */
  receive(text: string): void;
  /** The writer has nothing newer. */
  confirm(): void;
}

/**
 * The worker's copy of the writer's summary.
 *
 * @param ask makes the writer read its summary and resolves to its text. @throws HttpError, StoreError.
 */
export function createPushedSummaries(options: {
  ask: () => Promise<string>;
  source: SourceName;
  clock: () => number;
  timeToLiveMs: number;
  staleAfterMs: number;
}): PushedSummaries {
  const { ask, source, clock, timeToLiveMs, staleAfterMs } = options;
  const listeners = new Set<SummaryListener>();
  let known: { readonly text: string; readonly kept: KeptSummary | undefined; since: number } | undefined;
  let asking: Promise<KeptSummary | undefined> | undefined;

  function isUsable(now: number): boolean {
    if (!known) return false;
    const lengthMs = Math.min(timeToLiveMs, known.kept ? SILENCE_MS : EMPTY_MS);
    return now >= known.since && now - known.since < lengthMs;
  }

  function receive(text: string): void {
    const threeHours = text === '' ? undefined : decodeAnswer(text, source, Number.MAX_SAFE_INTEGER);
    if (text !== '' && !threeHours) throw new Error('the writer sent an answer that is not valid');
    const summary = threeHours && summarise(threeHours);
    const kept = summary && { summary, freshUntil: freshUntil(summary, staleAfterMs) };
    const wasEmpty = known && !known.kept;
    known = { text, kept, since: clock() };
    if (kept || !wasEmpty) for (const listener of listeners) listener(kept);
  }

  function confirm(): void {
    if (known) known.since = clock();
  }

  async function load(): Promise<KeptSummary | undefined> {
    try {
      const text = await ask();
      if (text === known?.text) confirm();
      else receive(text);
    } catch (error) {
      if (!known?.kept) throw error;
    }
    return known?.kept;
  }

  function renew(): Promise<KeptSummary | undefined> {
    asking ??= load().finally(() => {
      asking = undefined;
    });
    return asking;
  }

  return {
    receive,
    confirm,
    current: (now) => (isUsable(now) ? known?.kept : undefined),
    last: () => known?.kept,
    isEmpty: () => known !== undefined && !known.kept,
    read: async () => (isUsable(clock()) ? known?.kept : renew()),
    renew,
    watch(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    [Symbol.asyncDispose]: async () => undefined,
  };
}
