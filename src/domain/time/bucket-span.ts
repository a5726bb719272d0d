import { WIDTHS, type WidthName, widen } from './bucket-width.ts';
import type { Range } from './range.ts';

/** A range of whole buckets of a width. */
export interface Span extends Range {
  readonly bucket: WidthName;
}

export const WIDTH_NAMES = Object.keys(WIDTHS) as readonly WidthName[];

/** The maximum number of buckets in one response. */
export const MOST_BUCKETS = 5000;

/** `auto` chooses the finest width with at most this many buckets. */
const AUTO_BUCKETS = 600;

/** The number of buckets, including empty ones. */
export const bucketsOf = ({ from, to, bucket }: Span): number => (to - from) / WIDTHS[bucket];

/** The smallest span of buckets that contains a range. */
export function spanOf(range: Range, bucket: WidthName): Span {
  return { ...widen(range, WIDTHS[bucket]), bucket };
}

/** The finest width, from `finest` up, with few enough buckets for `auto`; `undefined` if all have more. */
function fitting(range: Range, finest: WidthName): WidthName | undefined {
  const names = WIDTH_NAMES.slice(WIDTH_NAMES.indexOf(finest));
  return names.find((name) => bucketsOf(spanOf(range, name)) <= AUTO_BUCKETS);
}

/** The span that a range and a bucket's name describe, where `auto` is not finer than `finest`. It may have too many buckets. */
export function chooseSpan(range: Range, bucket: WidthName | 'auto', finest: WidthName = '30s'): Span {
  return spanOf(range, bucket === 'auto' ? (fitting(range, finest) ?? '1w') : bucket);
}
