import type { Hour } from '../../src/domain/bucket.ts';
import { createHourColumns, type HourColumns, setHour } from '../../src/domain/past/hour-columns.ts';

const HOUR = 3_600_000;

/** Hours as columns, up to the last one. @param hours oldest first. */
export function columnsOf(hours: readonly Hour[], start = hours[0]?.start ?? 0): HourColumns {
  const last = hours.at(-1);
  const end = last ? last.start + HOUR : start;
  const columns = createHourColumns(start, (end - start) / HOUR);
  for (const hour of hours) setHour(columns, hour);
  return columns;
}

/** Returns `undefined` for an hour without samples. */
function hourAt(columns: HourColumns, index: number): Hour | undefined {
  const price = columns.price[index] as number;
  const sentiment = columns.sentiment[index] as number;
  const start = columns.start + index * HOUR;
  if (Number.isNaN(price)) return Number.isNaN(sentiment) ? undefined : { start, sentiment };
  const firstPrice = columns.firstPrice[index] as number;
  const lastPrice = columns.lastPrice[index] as number;
  if (Number.isNaN(sentiment)) return { start, price, firstPrice, lastPrice };
  return { start, price, sentiment, firstPrice, lastPrice };
}

/** The hours with samples. */
export const hoursIn = (columns: HourColumns): Hour[] =>
  Array.from(columns.price, (_, index) => hourAt(columns, index)).filter((hour) => hour !== undefined);
