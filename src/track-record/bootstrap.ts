/**
 * The columns of a block of hours: the lit hours that count, then those of them after which the price was higher, and the
 * same for hours not lit.
 */
export const COLUMNS = { lit: 0, notLit: 2 } as const;
export const BLOCK = 4;

/** One block after the other. */
type Blocks = Float64Array;

interface Interval {
  readonly low: number;
  readonly high: number;
}

/** The difference of the two shares: of lit hours, and of hours that are not lit, after which the price was higher. */
export interface Difference {
  readonly value: number;
  /** With a confidence of 95 %. */
  readonly interval: Interval;
  /** With a confidence such that those of all horizons hold together in 95 % of cases. */
  readonly joint: Interval;
}

/** Resampled histories. Of their differences, those at the joint confidence are the 25 largest. */
const REPLICATES = 1999;

/** Replicates between two yields: less than a millisecond. */
const PER_YIELD = 50;

/** Fixed, so that the same data give the same answer. */
const SEED = 0x6c697421;

/** Integers below a limit (mulberry32). */
function randomIndices(limit: number): () => number {
  let state = SEED;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit);
  };
}

interface Estimate {
  readonly value: number;
  /** NaN if it cannot be computed. */
  readonly standardError: number;
}

/**
 * The difference, and its standard error from the sums of the blocks, as of a ratio estimator over clusters.
 *
 * @param drawn where blocks begin.
 */
function estimate(blocks: Blocks, drawn: Uint32Array): Estimate {
  let [lits, litHighers, notLits, notLitHighers] = [0, 0, 0, 0];
  for (const at of drawn) {
    lits += blocks[at] as number;
    litHighers += blocks[at + 1] as number;
    notLits += blocks[at + 2] as number;
    notLitHighers += blocks[at + 3] as number;
  }
  const litShare = litHighers / lits;
  const notLitShare = notLitHighers / notLits;
  let squares = 0;
  for (const at of drawn) {
    const ofLit = ((blocks[at + 1] as number) - litShare * (blocks[at] as number)) / lits;
    const ofNotLit = ((blocks[at + 3] as number) - notLitShare * (blocks[at + 2] as number)) / notLits;
    squares += (ofLit - ofNotLit) * (ofLit - ofNotLit);
  }
  const { length } = drawn;
  return {
    value: litShare - notLitShare,
    standardError: Math.sqrt((squares * length) / (length - 1)),
  };
}

/**
 * The difference with intervals by a studentised block bootstrap, symmetric about the difference: blocks are drawn with
 * replacement, and in each drawn history the deviation of the difference is divided by its standard error (see
 * docs/track-record.md). Yields between pieces of work of less than a millisecond.
 *
 * @param tries among how many intervals the joint error is divided (Bonferroni).
 * @returns `undefined` if the difference does not vary from block to block, so that nothing can be said.
 */
export function* bootstrapDifference(
  blocks: Blocks,
  tries: number,
): Generator<undefined, Difference | undefined> {
  const count = blocks.length / BLOCK;
  const { value, standardError } = estimate(
    blocks,
    Uint32Array.from({ length: count }, (_, index) => index * BLOCK),
  );
  if (!(standardError > 0)) return undefined;
  const next = randomIndices(count);
  const drawn = new Uint32Array(count);
  const deviations = new Float64Array(REPLICATES);
  for (let replicate = 0; replicate < REPLICATES; replicate += 1) {
    for (let index = 0; index < count; index += 1) drawn[index] = next() * BLOCK;
    const again = estimate(blocks, drawn);
    const deviation = Math.abs(again.value - value) / again.standardError;
    // A history without lit hours, or in which nothing varies, says nothing: it counts as the farthest.
    deviations[replicate] = Number.isFinite(deviation) ? deviation : Number.POSITIVE_INFINITY;
    if (replicate % PER_YIELD === PER_YIELD - 1) yield;
  }
  deviations.sort();
  const around = (error: number): Interval => {
    const far = (deviations[Math.ceil((1 - error) * (REPLICATES + 1)) - 1] as number) * standardError;
    return { low: Math.max(-1, value - far), high: Math.min(1, value + far) };
  };
  return { value, interval: around(0.05), joint: around(0.05 / tries) };
}
