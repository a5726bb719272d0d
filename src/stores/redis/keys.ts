/** The first three are the tutorial's own names, so that a Redis that it filled is taken over as it is. */
export interface Keys {
  readonly price: string;
  readonly sentiment: string;
  readonly cache: string;
  /** A channel. */
  readonly updates: string;
  tick(number: number): string;
}

export function keysFor(prefix: string): Keys {
  return {
    price: `${prefix}:price:mean:30s`,
    sentiment: `${prefix}:sentiment:mean:30s`,
    cache: `${prefix}:cache`,
    updates: `${prefix}:updates`,
    tick: (number) => `${prefix}:tick:${number}`,
  };
}
