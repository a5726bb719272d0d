import type { Summaries, SummaryListener } from './summary.ts';

/**
 * Calls the listener with each new summary and when a summary becomes stale, and with `undefined` when the store turns out
 * to be empty. It may get the same value again. Reads the summary at least once a second.
 *
 * @returns a function that stops watching.
 */
export type WatchAnswer = (listener: SummaryListener) => () => void;

/** Other programs may write to the store without notice. */
const CHECK_INTERVAL_MS = 1000;

export function createWatchAnswer({
  summaries,
  clock,
}: {
  summaries: Summaries;
  clock: () => number;
}): WatchAnswer {
  return (listener) => {
    let timer: NodeJS.Timeout | undefined;
    let isOver = false;

    async function check(): Promise<void> {
      // The failure is reported elsewhere; the last answer can still become stale.
      const latest = await summaries.read().catch(() => summaries.latest());
      if (isOver) return;
      if (latest || summaries.isEmpty()) listener(latest);
      const freshMs = latest ? latest.freshUntil - clock() : -1;
      timer = setTimeout(check, freshMs < 0 ? CHECK_INTERVAL_MS : Math.min(CHECK_INTERVAL_MS, freshMs + 1));
    }

    const unwatch = summaries.watch(listener);
    // In a later turn: the first reader must get the head of its response before.
    timer = setTimeout(check, 0);
    return () => {
      isOver = true;
      clearTimeout(timer);
      unwatch();
    };
  };
}
