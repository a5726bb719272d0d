import type { CustomData, PaneRendererCustomData, Time, UTCTimestamp } from 'lightweight-charts';
import type { HistoryBucket } from '../feed/history.ts';
import { type Grid, timeAt, widthOf } from './drawing/grid.ts';

/** A place on the chart's time axis: without a bucket it is a gap. */
export interface Cell extends CustomData<Time> {
  readonly time: UTCTimestamp;
  /** The same in milliseconds: the chart takes `time` away from what it hands to those who draw. */
  readonly start: number;
  readonly bucket?: HistoryBucket;
  /** Its time is not over by the newest sample. */
  readonly isIncomplete: boolean;
}

export function isIncomplete(grid: Grid, index: number, asOf: number): boolean {
  return timeAt(grid, index) + widthOf(grid) > asOf;
}

/** What the chart draws, of one of a bucket's values: it skips those cells that do not have it. */
export function cellsOf(grid: Grid, asOf: number, value: 'price' | 'sentiment'): Cell[] {
  return grid.cells.map((bucket, index) => ({
    time: (timeAt(grid, index) / 1000) as UTCTimestamp,
    start: timeAt(grid, index),
    ...(bucket && bucket[value] !== null && { bucket }),
    isIncomplete: isIncomplete(grid, index, asOf),
  }));
}

/** How far a time is from another one as the chart is drawn; 0 where fewer than two cells are in view. */
export function pixelsPerMillisecond({ bars, visibleRange }: PaneRendererCustomData<Time, Cell>): number {
  const left = bars[visibleRange?.from ?? 0];
  const right = bars[(visibleRange?.to ?? 0) - 1];
  if (!left || !right || left === right) return 0;
  return (right.x - left.x) / (right.originalData.start - left.originalData.start);
}
