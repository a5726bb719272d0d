import type { TestContext } from 'node:test';

/** Independent streams of numbers in [0, 1). `SEED` repeats a run; otherwise the seed is new, and printed. */
export function seededRandom(t: TestContext): (stream: number) => () => number {
  const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 32));
  t.diagnostic(`SEED=${seed}`);
  return (stream) => {
    let state = (seed + stream) >>> 0;
    return () => {
      // A linear congruential generator (Numerical Recipes): good enough to choose moments.
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state / 2 ** 32;
    };
  };
}
