export type Direction = 'rising' | 'falling' | 'flat' | 'unknown';

/** Averages of equal samples differ in the last digits between stores, which sum in different ways. */
const TOLERANCE = 1e-9;

/**
 * Where a series of hourly averages goes: the first that is there against the last, as numbers.
 *
 * @param floor the smallest size at which the values are told apart relatively. Prices have none.
 *   Sentiments cancel out around 0, where what is left of a sum is rounding and nothing else.
 */
export function direction(averages: readonly (number | undefined)[], floor = 0): Direction {
  const known = averages.filter((average) => average !== undefined);
  const [first] = known;
  const last = known.at(-1);
  if (known.length < 2 || first === undefined || last === undefined) return 'unknown';
  const size = Math.max(Math.abs(first), Math.abs(last), floor);
  if (Math.abs(last - first) <= TOLERANCE * size) return 'flat';
  return last > first ? 'rising' : 'falling';
}

/** Lit when both rise; `undefined` when either is unknown. */
export function isLit(price: Direction, sentiment: Direction): boolean | undefined {
  if (price === 'unknown' || sentiment === 'unknown') return undefined;
  return price === 'rising' && sentiment === 'rising';
}
