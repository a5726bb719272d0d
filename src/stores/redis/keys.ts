import type { RedisAddress } from './connection/address.ts';

/** The first three are the tutorial's own names, so that a Redis that it filled is taken over as it is. */
export interface Keys {
  readonly price: string;
  readonly sentiment: string;
  readonly cache: string;
  /** A hash: what sources remember, by name. */
  readonly state: string;
  /** A hash. */
  readonly headlines: string;
  /** A hash: the schema of the rollups, and since which time they are made. Pages of them are named after it. */
  readonly rollups: string;
  /** A channel. */
  readonly updates: string;
  tick(number: number): string;
}

/**
 * In a cluster all keys have to be in one slot, which what is between the first braces of a key decides. A prefix
 * that has some already is left as it is.
 */
function asHashTag(prefix: string): string {
  return /^[^{]*\{[^}]+\}/.test(prefix) ? prefix : `{${prefix}}`;
}

/** The keys that a service uses at an address. */
export const keysAt = ({ kind }: Pick<RedisAddress, 'kind'>, prefix: string): Keys =>
  keysFor(kind === 'cluster' ? asHashTag(prefix) : prefix);

export function keysFor(prefix: string): Keys {
  return {
    price: `${prefix}:price:mean:30s`,
    sentiment: `${prefix}:sentiment:mean:30s`,
    cache: `${prefix}:cache`,
    state: `${prefix}:memory`,
    headlines: `${prefix}:headlines`,
    rollups: `${prefix}:rollups`,
    updates: `${prefix}:updates`,
    tick: (number) => `${prefix}:tick:${number}`,
  };
}
