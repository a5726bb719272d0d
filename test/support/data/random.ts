import type { TestContext } from 'node:test';

/** Numbers in [0, 1), of as many streams as wanted; repeated by a seed: `SEED`, else a new one, told with the test. */
export function seededRandom(t: TestContext): (stream: number) => () => number {
  const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 32));
  t.diagnostic(`SEED=${seed}`);
  return (stream) => {
    let state = (seed + stream) >>> 0;
    return () => {
      // A linear congruential generator (Numerical Recipes): enough to choose moments.
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state / 2 ** 32;
    };
  };
}
