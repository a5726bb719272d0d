import { WIDTHS, type WidthName, widen } from './bucket-width.ts';
import type { Range } from './range.ts';

/** A range of whole buckets of a width. */
export interface Span extends Range {
  readonly bucket: WidthName;
}

export const WIDTH_NAMES = Object.keys(WIDTHS) as readonly WidthName[];

/** More buckets than these are not told at once. */
export const MOST_BUCKETS = 5000;

/** `auto` takes the finest width that has no more than these. */
const AUTO_BUCKETS = 600;

const COARSEST: WidthName = '1w';

/** How many buckets there are, empty ones included. */
export const bucketsOf = ({ from, to, bucket }: Span): number => (to - from) / WIDTHS[bucket];

/** The smallest span of buckets of that width that holds a range. */
export function spanOf(range: Range, bucket: WidthName): Span {
  return { ...widen(range, WIDTHS[bucket]), bucket };
}

/** The finest width with at most so many buckets; `undefined` where all have more. */
function finest(range: Range, most: number): WidthName | undefined {
  return WIDTH_NAMES.find((name) => bucketsOf(spanOf(range, name)) <= most);
}

/** The finest bucket that fits a range; `undefined` where none does. */
export const fitting = (range: Range): WidthName | undefined => finest(range, MOST_BUCKETS);

/** What is meant by a range and a bucket's name. It may have too many buckets. */
export function chooseSpan(range: Range, bucket: WidthName | 'auto'): Span {
  return spanOf(range, bucket === 'auto' ? (finest(range, AUTO_BUCKETS) ?? COARSEST) : bucket);
}
