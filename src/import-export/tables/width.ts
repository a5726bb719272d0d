import { DAY, MINUTE, WEEK } from '../../domain/time/bucket-width.ts';
import { HOUR } from '../../domain/time/time.ts';

const UNITS = { s: 1000, m: MINUTE, h: HOUR, d: DAY, w: WEEK } as const;

/** The widest candles, in milliseconds. Months have no fixed width. */
export const MAX_WIDTH = WEEK;

/** Reads a width such as `1m`, in milliseconds; `undefined` if it is none, or wider than a week. */
export function parseWidth(text: string): number | undefined {
  const [, count, unit] = /^([1-9]\d{0,5})([smhdw])$/.exec(text) ?? [];
  const width = Number(count) * UNITS[unit as keyof typeof UNITS];
  return width <= MAX_WIDTH ? width : undefined;
}

/** Writes a width in its largest whole unit. */
export function widthText(ms: number): string {
  const [name, unit] = Object.entries(UNITS).findLast(([, size]) => ms % size === 0) ?? ['ms', 1];
  return `${ms / unit}${name}`;
}
