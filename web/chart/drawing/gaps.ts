/** Milliseconds. Backfilled samples are a minute apart, which is not a gap. */
const LEAST = 100_000;
/** As a multiple of the usual distance: one missed sample does not break the line, two do. */
const MOST_USUAL = 2.5;
/** Fewer distances than this have no usual one, so the samples are drawn alone. */
const FEWEST = 6;

/** The usual distance between adjacent times, in milliseconds; `undefined` if there are too few. */
export function usualDistance(times: readonly number[]): number | undefined {
  if (times.length <= FEWEST) return undefined;
  const distances = Float64Array.from(
    { length: times.length - 1 },
    (_, index) => (times[index + 1] ?? 0) - (times[index] ?? 0),
  ).sort();
  return distances[distances.length >> 1];
}

/** Times further apart than this have a gap between them, in milliseconds. It depends on the usual distance. */
export const leastGap = (usual: number | undefined): number => Math.max(LEAST, (usual ?? 0) * MOST_USUAL);
