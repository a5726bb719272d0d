/** The averages of the samples in `[start, start + width)`. A value without samples is absent: not 0, not carried forward. */
export interface Bucket {
  /** Epoch milliseconds. */
  readonly start: number;
  /** Mean price in US dollars. */
  readonly price?: number;
  /** Mean sentiment, in [-1, 1]. */
  readonly sentiment?: number;
  /** The number of prices. */
  readonly priceSamples: number;
  readonly sentimentSamples: number;
}

/** A bucket of the history, with the extremes of its prices in US dollars. */
export interface HistoryBucket extends Bucket {
  readonly priceMin?: number;
  readonly priceMax?: number;
}
