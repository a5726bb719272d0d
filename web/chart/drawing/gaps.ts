/** Samples that are a minute apart, as the past is filled in, make no gaps of half a minute. Milliseconds. */
const LEAST = 100_000;
/** Of the usual distance: with one sample missed the line still goes on, with two it does not. */
const MOST_USUAL = 2.5;
/** So few distances are no rhythm: these samples stay alone. */
const FEWEST = 6;

/** The usual distance of times that follow each other, in milliseconds; `undefined` of too few. */
export function usualDistance(times: readonly number[]): number | undefined {
  if (times.length <= FEWEST) return undefined;
  const distances = Float64Array.from(
    { length: times.length - 1 },
    (_, index) => (times[index + 1] ?? 0) - (times[index] ?? 0),
  ).sort();
  return distances[distances.length >> 1];
}

/** What lies further apart than this has a gap between it, in milliseconds: data come in a rhythm of their own. */
export const leastGap = (usual: number | undefined): number => Math.max(LEAST, (usual ?? 0) * MOST_USUAL);
