import type { TestContext } from 'node:test';

/** Numbers in [0, 1) that a seed repeats: `SEED`, else a new one; told with the test in any case. */
export function seededRandom(t: TestContext): () => number {
  const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 32));
  t.diagnostic(`SEED=${seed}`);
  let state = seed >>> 0;
  // A linear congruential generator (Numerical Recipes): enough to choose moments.
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
