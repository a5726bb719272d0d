/** The same seed gives the same market, on every machine. Any other number gives another one. */
const SEED = 20_090_103;

/** Independent sequences of random numbers. */
export const KINDS = {
  regime: 1,
  path: 2,
  volatility: 3,
  gap: 4,
  outage: 5,
  headline: 6,
  title: 7,
  incident: 8,
  quote: 9,
} as const;

type Kind = (typeof KINDS)[keyof typeof KINDS];

/** Murmur3's finaliser: a 32-bit integer in which each bit depends on all bits of the argument. */
function mix(value: number): number {
  let hash = Math.imul(value ^ (value >>> 16), 0x85eb_ca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

const START = mix(SEED);

/** A 32-bit integer that depends on nothing but the arguments, which are integers. */
function hash(kind: Kind, index: number, part: number): number {
  return mix(mix(mix(START ^ Math.imul(kind, 0x9e37_79b9)) ^ index) ^ Math.imul(part, 0x85eb_ca77));
}

/** Evenly distributed in [0, 1). */
export const uniform = (kind: Kind, index: number, part = 0): number => hash(kind, index, part) / 2 ** 32;

/** About normally distributed, with mean 0 and deviation 1; never beyond 3.5. The sum of four 16-bit numbers. */
export function normal(kind: Kind, index: number, part = 0): number {
  const one = hash(kind, index, 2 * part);
  const other = hash(kind, index, 2 * part + 1);
  const sum = (one >>> 16) + (one & 0xffff) + (other >>> 16) + (other & 0xffff);
  return (sum / 2 ** 16 - 2) * Math.sqrt(3);
}

/** One of the entries of a list that is not empty. */
export const pick = <T>(list: readonly [T, ...T[]], kind: Kind, index: number, part = 0): T =>
  list[Math.floor(uniform(kind, index, part) * list.length)] ?? list[0];
