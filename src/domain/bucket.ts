/**
 * The averages of the samples in the half-open range `[start, start + width)`, aligned to the epoch, UTC.
 * A value without samples is absent: never 0, never carried forward.
 */
export interface Bucket {
  /** Epoch milliseconds, a multiple of the width. */
  readonly start: number;
  /** Mean price in US dollars. */
  readonly price?: number;
  /** Mean sentiment, in [-1, 1]. */
  readonly sentiment?: number;
  /** How many prices the mean is of. */
  readonly priceSamples: number;
  readonly sentimentSamples: number;
}

/** A bucket of the history: with the extremes of its prices, in US dollars. */
export interface HistoryBucket extends Bucket {
  readonly priceMin?: number;
  readonly priceMax?: number;
}
