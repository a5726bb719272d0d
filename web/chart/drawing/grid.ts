import type { WidthName } from '../../../src/domain/time/bucket-width.ts';
import type { History, HistoryBucket } from '../../feed/history.ts';
import { WIDTHS } from '../widths.ts';

/** Buckets side by side without gaps, so that position is proportional to time. A cell without data is null. */
export interface Grid {
  readonly bucket: WidthName;
  /** Start of the first cell, in epoch milliseconds. */
  readonly start: number;
  readonly cells: readonly (HistoryBucket | null)[];
}

/** The visible time range, in epoch milliseconds. */
export interface View {
  readonly from: number;
  readonly to: number;
}

export const areAlike = (one: View, other: View, within: number): boolean =>
  Math.abs(one.from - other.from) <= within && Math.abs(one.to - other.to) <= within;

export const widthOf = (grid: Grid): number => WIDTHS[grid.bucket];
export const endOf = (grid: Grid): number => grid.start + grid.cells.length * widthOf(grid);
export const timeAt = (grid: Grid, index: number): number => grid.start + index * widthOf(grid);

export function gridOf({ from, to, bucket, buckets }: History): Grid {
  const start = Date.parse(from);
  const width = WIDTHS[bucket];
  const cells = new Array<HistoryBucket | null>(Math.round((Date.parse(to) - start) / width)).fill(null);
  for (const one of buckets) cells[Math.round((Date.parse(one.time) - start) / width)] = one;
  return { bucket, start, cells };
}

/** Merges two grids of the same width; where they overlap, the second one wins. */
export function joinGrids(first: Grid, second: Grid): Grid {
  const width = widthOf(first);
  const start = Math.min(first.start, second.start);
  const length = Math.round((Math.max(endOf(first), endOf(second)) - start) / width);
  const cells = new Array<HistoryBucket | null>(length).fill(null);
  for (const { start: begin, cells: some } of [first, second]) {
    const offset = Math.round((begin - start) / width);
    for (let index = 0; index < some.length; index += 1) cells[offset + index] = some[index] ?? null;
  }
  return { bucket: first.bucket, start, cells };
}

/** The part of a grid within a range. */
export function cutGrid(grid: Grid, { from, to }: View): Grid {
  const width = widthOf(grid);
  const first = Math.max(0, Math.floor((from - grid.start) / width));
  const last = Math.min(grid.cells.length, Math.ceil((to - grid.start) / width));
  return {
    ...grid,
    start: grid.start + first * width,
    cells: grid.cells.slice(first, Math.max(first, last)),
  };
}

/** The index in a grid of a cell of the previous grid; none if the widths differ. */
export function indexAt(grid: Grid, before: Grid, index: number): number | undefined {
  if (grid.bucket !== before.bucket) return undefined;
  const place = Math.round((timeAt(before, index) - grid.start) / widthOf(grid));
  return place >= 0 && place < grid.cells.length ? place : undefined;
}
