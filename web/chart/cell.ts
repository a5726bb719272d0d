import type { CustomData, PaneRendererCustomData, Time, UTCTimestamp } from 'lightweight-charts';
import type { HistoryBucket } from '../feed/history.ts';
import { type Grid, timeAt, widthOf } from './drawing/grid.ts';

/** A position on the chart's time axis. Without a bucket, it is a gap. */
export interface Cell extends CustomData<Time> {
  readonly time: UTCTimestamp;
  /** The same in milliseconds, since the library removes `time` before drawing. */
  readonly start: number;
  readonly bucket?: HistoryBucket;
  /** In progress: it ends after the newest sample. */
  readonly isIncomplete: boolean;
}

export function isIncomplete(grid: Grid, index: number, asOf: number): boolean {
  return timeAt(grid, index) + widthOf(grid) > asOf;
}

/** A series of one of the bucket's values. The library skips cells that do not have it. */
export function cellsOf(grid: Grid, asOf: number, value: 'price' | 'sentiment'): Cell[] {
  return grid.cells.map((bucket, index) => ({
    time: (timeAt(grid, index) / 1000) as UTCTimestamp,
    start: timeAt(grid, index),
    ...(bucket && bucket[value] !== null && { bucket }),
    isIncomplete: isIncomplete(grid, index, asOf),
  }));
}

/** The distance between two times in pixels; 0 if fewer than two cells are visible. */
export function pixelsPerMillisecond({ bars, visibleRange }: PaneRendererCustomData<Time, Cell>): number {
  const left = bars[visibleRange?.from ?? 0];
  const right = bars[(visibleRange?.to ?? 0) - 1];
  if (!left || !right || left === right) return 0;
  return (right.x - left.x) / (right.originalData.start - left.originalData.start);
}
