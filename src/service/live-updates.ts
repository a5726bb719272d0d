import type { Summaries, SummaryListener } from './summary.ts';

/** Follows the answer, for readers who stay. */
export interface Live {
  /**
   * Calls the listener with the kept summary whenever there is another one and when it goes stale, and with `undefined`
   * when the store turns out to be empty. The same value may come again. The summary is kept as current as for a reader
   * who asks each second.
   *
   * @returns a function that ends it.
   */
  watch(listener: SummaryListener): () => void;
}

/** Milliseconds. Who writes past this service does not say so. */
const LOOK = 1000;

export function createLive({ summaries, clock }: { summaries: Summaries; clock: () => number }): Live {
  function watch(listener: SummaryListener): () => void {
    let timer: NodeJS.Timeout | undefined;
    let isOver = false;

    async function look(): Promise<void> {
      // What fails is told elsewhere; the old answer may go stale all the same.
      const kept = await summaries.read().catch(() => summaries.last());
      if (isOver) return;
      if (kept || summaries.isEmpty()) listener(kept);
      const fresh = kept ? kept.freshUntil - clock() : -1;
      timer = setTimeout(look, fresh < 0 ? LOOK : Math.min(LOOK, fresh + 1));
    }

    const unwatch = summaries.watch(listener);
    // In a turn of its own: the reader that begins this has its answer's head first.
    timer = setTimeout(look, 0);
    return () => {
      isOver = true;
      clearTimeout(timer);
      unwatch();
    };
  }

  return { watch };
}
