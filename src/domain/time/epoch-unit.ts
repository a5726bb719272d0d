/** The year 5138 in seconds. Times since 1973 in milliseconds are larger numbers, and so on for finer units. */
const MAX_SECONDS = 1e11;

export type EpochUnit = 'seconds' | 'milliseconds' | 'microseconds' | 'nanoseconds';

/** The unit of a time since 1970, by its size; `undefined` if the number is too large. */
export function epochUnitOf(value: number): EpochUnit | undefined {
  const size = Math.abs(value);
  if (size < MAX_SECONDS) return 'seconds';
  if (size < MAX_SECONDS * 1e3) return 'milliseconds';
  if (size < MAX_SECONDS * 1e6) return 'microseconds';
  return size < MAX_SECONDS * 1e9 ? 'nanoseconds' : undefined;
}

const UNITS_PER_MS = { milliseconds: 1, microseconds: 1000, nanoseconds: 1_000_000 } as const;

/** Converts a time to truncated epoch milliseconds. */
export function toEpochMs(value: number, unit: EpochUnit): number {
  if (unit === 'seconds') return Math.trunc(value * 1000);
  // A double is exact to 128 nanoseconds, so rounding to microseconds first yields the right millisecond.
  if (unit === 'nanoseconds') return Math.trunc(Math.round(value / 1000) / 1000);
  return Math.trunc(value / UNITS_PER_MS[unit]);
}
