import type { Hour } from '../bucket.ts';
import type { Range } from '../time/range.ts';
import { HOUR } from '../time/time.ts';

const COLUMNS = ['price', 'sentiment', 'firstPrice', 'lastPrice'] as const;

/**
 * Consecutive hours, one number for each in every column. NaN is an absent value, and an hour without samples has no others.
 * Ten years of hours are 2.8 MB without a single object, which the garbage collector would have to visit.
 */
export interface HourColumns {
  /** The start of the first hour, in epoch milliseconds. */
  readonly start: number;
  /** Mean prices in US dollars. */
  readonly price: Float64Array;
  /** Mean sentiments, in [-1, 1]. */
  readonly sentiment: Float64Array;
  /** The first price of each hour. */
  readonly firstPrice: Float64Array;
  readonly lastPrice: Float64Array;
  /** What these hours are a part of. The store returns the same object until one of its hours changes. */
  readonly page?: HourColumns;
}

export function createHourColumns(start: number, length: number): HourColumns {
  const column = () => new Float64Array(length).fill(Number.NaN);
  return { start, price: column(), sentiment: column(), firstPrice: column(), lastPrice: column() };
}

/** @param hour one of the hours of the columns. */
export function setHour(columns: HourColumns, hour: Hour): void {
  const index = (hour.start - columns.start) / HOUR;
  columns.price[index] = hour.price ?? Number.NaN;
  columns.sentiment[index] = hour.sentiment ?? Number.NaN;
  columns.firstPrice[index] = hour.firstPrice ?? Number.NaN;
  columns.lastPrice[index] = hour.lastPrice ?? Number.NaN;
}

export const endOf = ({ start, price }: HourColumns): number => start + price.length * HOUR;

/** The hours that are also in a range of whole hours, perhaps none, without copying them. */
export function within(columns: HourColumns, { from, to }: Range): HourColumns {
  if (from <= columns.start && to >= endOf(columns)) return columns;
  const start = Math.max(from, columns.start);
  const first = (start - columns.start) / HOUR;
  const end = Math.max(first, (to - columns.start) / HOUR);
  const cut = (column: Float64Array) => column.subarray(first, end);
  const { price, sentiment, firstPrice, lastPrice } = columns;
  return {
    start,
    price: cut(price),
    sentiment: cut(sentiment),
    firstPrice: cut(firstPrice),
    lastPrice: cut(lastPrice),
  };
}

/** Like `within`. The result names its page. */
export const partOf = (page: HourColumns, range: Range): HourColumns => ({ ...within(page, range), page });

/** The last hours of some that follow others. @param before the last hours of those. */
export function lastHours(count: number, before: HourColumns | undefined, hours: HourColumns): HourColumns {
  const to = endOf(hours);
  const last = createHourColumns(to - count * HOUR, count);
  for (const columns of before ? [before, hours] : [hours]) {
    const part = within(columns, { from: last.start, to });
    for (const name of COLUMNS) last[name].set(part[name], (part.start - last.start) / HOUR);
  }
  return last;
}

/** Whether both have the same hours, to the last bit. */
export function areSame(one: HourColumns | undefined, other: HourColumns | undefined): boolean {
  if (!one || !other) return one === other;
  const isSame = (values: Float64Array, others: Float64Array): boolean =>
    values.length === others.length && values.every((value, index) => Object.is(value, others[index]));
  return one.start === other.start && COLUMNS.every((name) => isSame(one[name], other[name]));
}
