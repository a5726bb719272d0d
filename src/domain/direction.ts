export const DIRECTIONS = ['rising', 'falling', 'flat', 'unknown'] as const;
export type Direction = (typeof DIRECTIONS)[number];

/** A relative tolerance, since stores sum in different orders, and averages of equal samples differ in the last digits. */
const TOLERANCE = 1e-9;

/** Absent ones are `undefined` or NaN. */
export type Averages = ArrayLike<number | undefined>;

/**
 * Compares the first average that is present with the last.
 *
 * @param floor below this size, values are compared absolutely. Sentiments near 0 need it, since their sums are mostly
 *   rounding errors. Prices do not.
 */
export function direction(averages: Averages, floor = 0): Direction {
  // Without temporary lists, since a track record needs a hundred thousand directions.
  let first: number | undefined;
  let last: number | undefined;
  for (let index = 0; index < averages.length; index += 1) {
    const average = averages[index];
    if (average === undefined || Number.isNaN(average)) continue;
    if (first === undefined) first = average;
    else last = average;
  }
  if (first === undefined || last === undefined) return 'unknown';
  const size = Math.max(Math.abs(first), Math.abs(last), floor);
  if (Math.abs(last - first) <= TOLERANCE * size) return 'flat';
  return last > first ? 'rising' : 'falling';
}

/** True if both rise; `undefined` if either is unknown. */
export function isLit(price: Direction, sentiment: Direction): boolean | undefined {
  if (price === 'unknown' || sentiment === 'unknown') return undefined;
  return price === 'rising' && sentiment === 'rising';
}
