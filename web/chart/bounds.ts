import type { View } from './drawing/grid.ts';

const MINUTE = 60_000;
/** The closest zoom: twenty of the finest buckets. */
const MIN_SPAN_MS = 10 * MINUTE;
/** Share of the view that may be empty on each side of the data. */
const MARGIN = 0.25;

/** Limits the view: no closer than the finest buckets, no wider than all data, and not beside it. */
export function boundView({ from, to }: View, oldest: number, newest: number): View {
  const whole = newest - oldest;
  const most = Math.max(MIN_SPAN_MS, whole * (1 + 2 * MARGIN));
  const span = Math.min(most, Math.max(MIN_SPAN_MS, to - from));
  const middle = (from + to) / 2;
  const least = oldest - span * MARGIN;
  const last = newest + span * MARGIN - span;
  const start = Math.max(Math.min(least, last), Math.min(last, middle - span / 2));
  return { from: start, to: start + span };
}

export function around(middle: number, span: number): View {
  return { from: middle - span / 2, to: middle + span / 2 };
}
