import type { RedisAddress } from './connection/address.ts';

/** The version of keys and their contents. Increased with every change that an earlier version would get wrong. */
export const LAYOUT = 2;

/** The first three are the tutorial's own, so that a Redis that it filled works unchanged. */
export interface Keys {
  readonly price: string;
  readonly sentiment: string;
  readonly cache: string;
  /** A hash: the state of sources, by name. */
  readonly state: string;
  /** A hash. */
  readonly headlines: string;
  /** A hash: the version of the layout, and the time before which samples were trimmed. */
  readonly store: string;
  /**
   * A hash: the schema of the rollups, and the times since which they are built and before which they are final. It is the
   * prefix of their pages' keys, and changes with their format, so that processes of two versions do not write into each
   * other's pages.
   */
  readonly rollups: string;
  /** A channel. */
  readonly updates: string;
  tick(number: number): string;
}

/**
 * In a cluster, all keys must be in one slot, which depends on the text between a key's first braces. A prefix that has
 * braces is not changed.
 */
function asHashTag(prefix: string): string {
  return /^[^{]*\{[^}]+\}/.test(prefix) ? prefix : `{${prefix}}`;
}

/** The keys that a service uses at an address. */
export function keysAt({ kind }: Pick<RedisAddress, 'kind'>, keyPrefix: string): Keys {
  const prefix = kind === 'cluster' ? asHashTag(keyPrefix) : keyPrefix;
  return {
    price: `${prefix}:price:mean:30s`,
    sentiment: `${prefix}:sentiment:mean:30s`,
    cache: `${prefix}:cache`,
    state: `${prefix}:memory`,
    headlines: `${prefix}:headlines`,
    store: `${prefix}:store`,
    rollups: `${prefix}:rollups:${LAYOUT}`,
    updates: `${prefix}:updates`,
    tick: (number) => `${prefix}:tick:${number}`,
  };
}
