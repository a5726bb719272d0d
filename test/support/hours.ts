export interface Hour {
  readonly time: string;
  readonly price: number;
  readonly sentiment: number;
  readonly price_samples: number;
  readonly sentiment_samples: number;
}

/** Each hour that is over has all of its minutes; the last one those of it that are. */
export function areWhole(hours: readonly Hour[], now: number): boolean {
  const minutes = new Date(now).getUTCMinutes();
  return hours.every(({ price_samples: prices, sentiment_samples: sentiments }, index) => {
    const least = index < 2 ? 60 : minutes - 1;
    return prices >= least && sentiments >= least;
  });
}
