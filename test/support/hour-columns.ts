import type { Hour } from '../../src/domain/bucket.ts';
import { createHourColumns, type HourColumns, hourAt, setHour } from '../../src/domain/past/hour-columns.ts';

const HOUR = 3_600_000;

/** Hours as columns, up to the last one. @param hours oldest first. */
export function columnsOf(hours: readonly Hour[], start = hours[0]?.start ?? 0): HourColumns {
  const last = hours.at(-1);
  const end = last ? last.start + HOUR : start;
  const columns = createHourColumns(start, (end - start) / HOUR);
  for (const hour of hours) setHour(columns, hour);
  return columns;
}

/** The hours with samples. */
export const hoursIn = (columns: HourColumns): Hour[] =>
  Array.from(columns.price, (_, index) => hourAt(columns, index)).filter((hour) => hour !== undefined);
