import { ignoreRejection } from '../domain/errors.ts';
import { freshUntil, type Summary, type SummaryWithFreshness } from '../domain/summary.ts';
import {
  HOLD_OFF_MS,
  isWithin,
  type Summaries,
  type SummaryListener,
  settledWithin,
  WAIT_WITH_OLD_MS,
} from '../service/summary.ts';

/** How long a summary is used without a sign of the writer, which sends one each second. */
const SILENCE_MS = 2500;

/** How long "the store holds no samples" is trusted. */
const EMPTY_MS = 1000;

/** The writer's summary. */
export interface NumberedSummary {
  /** Grows with each new one, because messages may overtake each other. */
  readonly number: number;
  /** The summary as JSON; empty if the store holds no samples. */
  readonly text: string;
}

interface PushedSummaries extends Summaries {
  /** Takes a summary from the writer, unless it has a newer one. */
  receive(numbered: NumberedSummary): void;
  /** The writer has nothing newer than the summary with this number. */
  confirm(number: number): void;
}

/**
 * The worker's copy of the writer's summary.
 *
 * @param ask makes the writer read its summary. @throws HttpError, StoreError.
 */
export function createPushedSummaries(options: {
  ask: () => Promise<NumberedSummary>;
  clock: () => number;
  timeToLiveMs: number;
  staleAfterMs: number;
}): PushedSummaries {
  const { ask, clock, timeToLiveMs, staleAfterMs } = options;
  const listeners = new Set<SummaryListener>();
  let copy:
    | { readonly number: number; readonly latest: SummaryWithFreshness | undefined; confirmedAt: number }
    | undefined;
  let asking: Promise<SummaryWithFreshness | undefined> | undefined;
  let failedAt = Number.NEGATIVE_INFINITY;

  const isUsable = (now: number): boolean =>
    copy !== undefined &&
    isWithin(now, copy.confirmedAt, Math.min(timeToLiveMs, copy.latest ? SILENCE_MS : EMPTY_MS));

  function receive({ number, text }: NumberedSummary): void {
    if (copy && number <= copy.number) return void (number === copy.number && confirm(number));
    const summary = text === '' ? undefined : (JSON.parse(text) as Summary);
    const latest = summary && { summary, freshUntil: freshUntil(summary, staleAfterMs) };
    const wasEmpty = copy && !copy.latest;
    copy = { number, latest, confirmedAt: clock() };
    if (latest || !wasEmpty) for (const listener of listeners) listener(latest);
  }

  function confirm(number: number): void {
    if (copy?.number === number) copy.confirmedAt = clock();
    else void renew().catch(ignoreRejection);
  }

  async function load(): Promise<SummaryWithFreshness | undefined> {
    try {
      receive(await ask());
    } catch (error) {
      failedAt = clock();
      if (!copy?.latest) throw error;
    }
    return copy?.latest;
  }

  function renew(): Promise<SummaryWithFreshness | undefined> {
    asking ??= load().finally(() => {
      asking = undefined;
    });
    return asking;
  }

  async function read(): Promise<SummaryWithFreshness | undefined> {
    const old = copy?.latest;
    if (isUsable(clock()) || (old && isWithin(clock(), failedAt, HOLD_OFF_MS))) return old;
    if (!old) return renew();
    try {
      return await settledWithin(WAIT_WITH_OLD_MS, renew());
    } catch (error) {
      if (!copy) throw error;
      failedAt = clock();
      return copy.latest;
    }
  }

  return {
    receive,
    confirm,
    unexpired: (now) => (isUsable(now) ? copy?.latest : undefined),
    latest: () => copy?.latest,
    isEmpty: () => copy !== undefined && !copy.latest,
    read,
    renew,
    watch(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    [Symbol.asyncDispose]: async () => undefined,
  };
}
