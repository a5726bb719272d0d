import type { Grid, View } from './grid.ts';
import { timeAt, widthOf } from './grid.ts';
import { isWide } from './price-marks.ts';

interface PriceRange {
  readonly minValue: number;
  readonly maxValue: number;
}

/** Possible limits of the sentiment scale on both sides of zero: few, so that charts are comparable. */
const SENTIMENT_LIMITS = [0.25, 0.5, 1] as const;
/** As a share of the price: smaller movements are not magnified. */
const LEAST_SPAN = 0.01;

/** The sentiment scale for all data, independent of the visible part. */
export function sentimentLimit({ cells }: Grid): number {
  let most = 0;
  for (const cell of cells) most = Math.max(most, Math.abs(cell?.sentiment ?? 0));
  return SENTIMENT_LIMITS.find((size) => most <= size) ?? 1;
}

export function widenedRange({ minValue, maxValue }: PriceRange): PriceRange {
  const middle = (minValue + maxValue) / 2;
  const half = Math.max(maxValue - minValue, Math.abs(middle) * LEAST_SPAN) / 2;
  return { minValue: middle - half, maxValue: middle + half };
}

/** The visible prices, if a logarithmic scale is better for them. */
export function wideRange(grid: Grid, { from, to }: View): { lowest: number; highest: number } | undefined {
  let lowest = Number.POSITIVE_INFINITY;
  let highest = 0;
  for (const [index, cell] of grid.cells.entries()) {
    const time = timeAt(grid, index);
    if (cell?.price == null || time + widthOf(grid) < from || time > to) continue;
    lowest = Math.min(lowest, cell.price_min ?? cell.price);
    highest = Math.max(highest, cell.price_max ?? cell.price);
  }
  return isWide(lowest, highest) ? { lowest, highest } : undefined;
}
