import { fetchLitShares } from '../feed/verdicts.ts';
import { endOf, type Grid, timeAt, widthOf } from './drawing/grid.ts';
import { WIDTHS } from './widths.ts';

const HOUR = WIDTHS['1h'];

/** The share of lit hours in each cell of a grid; `undefined` if unknown. A cell of minutes has the verdict of its hour. */
export type LitShares = readonly (number | undefined)[];

export interface LitSharesOf {
  /** What is known of a grid now. The rest is fetched, and told to the listener. */
  of(grid: Grid): LitShares;
  end(): void;
}

/** Fetches the verdicts behind the chart, once the chart itself is drawn. Without them, nothing is shaded. */
export function createLitShares(listener: () => void): LitSharesOf {
  let fetched: { readonly key: string; readonly shares: ReadonlyMap<number, number> } | undefined;
  let current: { readonly key: string; readonly ending: AbortController } | undefined;

  async function fetch(key: string, query: Parameters<typeof fetchLitShares>[0]): Promise<void> {
    current?.ending.abort();
    const ending = new AbortController();
    current = { key, ending };
    try {
      const shares = await fetchLitShares(query, ending.signal);
      fetched = { key, shares };
      listener();
    } catch {
      // The next grid asks again.
      if (current?.ending === ending) current = undefined;
    }
  }

  return {
    of(grid) {
      const bucket = widthOf(grid) < HOUR ? '1h' : grid.bucket;
      const width = WIDTHS[bucket];
      const from = Math.floor(grid.start / HOUR) * HOUR;
      // Changes each hour, when one more has ended.
      const to = Math.floor(Math.min(endOf(grid), Date.now()) / HOUR) * HOUR;
      const key = [bucket, from, to].join();
      if (to > from && current?.key !== key) void fetch(key, { from, to, bucket });
      if (!fetched?.key.startsWith(`${bucket},`)) return [];
      const { shares } = fetched;
      return grid.cells.map((_, index) => {
        const time = timeAt(grid, index);
        return shares.get(width === HOUR ? Math.floor(time / HOUR) * HOUR : time);
      });
    },
    end: () => current?.ending.abort(),
  };
}
