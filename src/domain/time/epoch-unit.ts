/** Seconds of the year 5138: times since 1973 in milliseconds are larger numbers, and so on up. */
const BOUND = 1e11;

export type EpochUnit = 'seconds' | 'milliseconds' | 'microseconds' | 'nanoseconds';

/** The unit that a time since 1970 is in, by its size; `undefined` for what is no such number. */
export function epochUnitOf(value: number): EpochUnit | undefined {
  const size = Math.abs(value);
  if (size < BOUND) return 'seconds';
  if (size < BOUND * 1e3) return 'milliseconds';
  if (size < BOUND * 1e6) return 'microseconds';
  return size < BOUND * 1e9 ? 'nanoseconds' : undefined;
}
