export interface Random {
  /** In [0, 1). */
  (): number;
  /** A whole number in [0, below). */
  below(bound: number): number;
  of<T>(choices: readonly [T, ...T[]]): T;
  /** True with that probability. */
  chance(probability: number): boolean;
}

/** Random numbers that a seed repeats (mulberry32). */
export function randomOf(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (bound: number): number => Math.floor(next() * bound);
  return Object.assign(next, {
    below,
    of: <T>(choices: readonly [T, ...T[]]): T => choices[below(choices.length)] ?? choices[0],
    chance: (probability: number): boolean => next() < probability,
  });
}
