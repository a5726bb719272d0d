import type { WidthName } from '../../src/domain/time/bucket-width.ts';
import { now } from '../feed/clock.ts';
import { pastFeed } from '../feed/past.ts';
import { endOf, type Grid, timeAt, widthOf } from './drawing/grid.ts';
import { WIDTHS } from './widths.ts';

const HOUR = WIDTHS['1h'];

/** The share of lit hours in each cell of a grid; `undefined` if unknown. A cell of minutes has the verdict of its hour. */
export type LitShares = readonly (number | undefined)[];

export interface LitSharesUpdater {
  /** Draws what is known of the grid, and fetches the rest. */
  update(): void;
  end(): void;
}

/**
 * Fetches the verdicts behind the chart. Without them, nothing is shaded.
 *
 * @param gridOf the grid on display; `undefined` until it is drawn.
 */
export function createLitShares(
  gridOf: () => Grid | undefined,
  draw: (shares: LitShares) => void,
): LitSharesUpdater {
  let fetched: { readonly key: string; readonly shares: ReadonlyMap<number, number> } | undefined;
  let current: { readonly key: string; readonly ending: AbortController } | undefined;

  async function fetch(key: string, query: { from: number; to: number; bucket: WidthName }): Promise<void> {
    current?.ending.abort();
    const ending = new AbortController();
    current = { key, ending };
    try {
      const { fetchLitShares } = await pastFeed();
      const shares = await fetchLitShares(query, ending.signal);
      if (ending.signal.aborted) return;
      fetched = { key, shares };
      update();
    } catch {
      // The next grid asks again.
      if (current?.ending === ending) current = undefined;
    }
  }

  function sharesOf(grid: Grid): LitShares {
    const bucket = widthOf(grid) < HOUR ? '1h' : grid.bucket;
    const width = WIDTHS[bucket];
    const from = Math.floor(grid.start / HOUR) * HOUR;
    // Changes each hour, when one more has ended.
    const to = Math.floor(Math.min(endOf(grid), now()) / HOUR) * HOUR;
    const key = [bucket, from, to].join();
    if (to > from && current?.key !== key) void fetch(key, { from, to, bucket });
    if (!fetched?.key.startsWith(`${bucket},`)) return [];
    const { shares } = fetched;
    return grid.cells.map((_, index) => {
      const time = timeAt(grid, index);
      return shares.get(width === HOUR ? Math.floor(time / HOUR) * HOUR : time);
    });
  }

  function update(): void {
    const grid = gridOf();
    if (grid) draw(sharesOf(grid));
  }

  return { update, end: () => current?.ending.abort() };
}
