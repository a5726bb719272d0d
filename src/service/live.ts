import type { KeptSummary, Summaries } from './summary.ts';

/** Follows the answer, for readers who stay. */
export interface Live {
  /**
   * Tells the listener the kept summary: whenever there is another, and when it goes stale. It may tell the
   * same one again. What it knows is kept as new as for a reader who asks each second.
   *
   * @returns what ends it.
   */
  watch(listener: (kept: KeptSummary) => void): () => void;
}

/** Milliseconds. Who writes past this service does not say so. */
const LOOK = 1000;

export function createLive({ summaries, clock }: { summaries: Summaries; clock: () => number }): Live {
  function watch(listener: (kept: KeptSummary) => void): () => void {
    let timer: NodeJS.Timeout | undefined;
    let isOver = false;

    async function look(): Promise<void> {
      // What fails is told elsewhere; the old answer may go stale all the same.
      const kept = await summaries.read().catch(() => summaries.last());
      if (isOver) return;
      if (kept) listener(kept);
      const fresh = kept ? kept.freshUntil - clock() : -1;
      timer = setTimeout(look, fresh < 0 ? LOOK : Math.min(LOOK, fresh + 1));
    }

    const unwatch = summaries.watch(listener);
    void look();
    return () => {
      isOver = true;
      clearTimeout(timer);
      unwatch();
    };
  }

  return { watch };
}
