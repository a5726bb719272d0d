import type { View } from './drawing/grid.ts';

const MINUTE = 60_000;
/** Of what is looked at, in milliseconds: some twenty of the finest buckets. */
const LEAST_SPAN = 10 * MINUTE;
/** Beside what there is, on each side, of the span: so much may be empty. */
const BESIDE = 0.25;

/** The view within what there can be: no closer than the finest buckets, no wider than all, and not beside it. */
export function boundView({ from, to }: View, oldest: number, newest: number): View {
  const whole = newest - oldest;
  const most = Math.max(LEAST_SPAN, whole * (1 + 2 * BESIDE));
  const span = Math.min(most, Math.max(LEAST_SPAN, to - from));
  const middle = (from + to) / 2;
  const least = oldest - span * BESIDE;
  const last = newest + span * BESIDE - span;
  const start = Math.max(Math.min(least, last), Math.min(last, middle - span / 2));
  return { from: start, to: start + span };
}

export function around(middle: number, span: number): View {
  return { from: middle - span / 2, to: middle + span / 2 };
}
