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

/**
 * An hour with samples, with the prices at its ends: those of its first and of its last sample with a price. All four
 * values are of the hour's samples alone.
 */
export interface Hour extends Pick<Bucket, 'start' | 'price' | 'sentiment'> {
  readonly firstPrice?: number;
  readonly lastPrice?: number;
}

/** A bucket of the history, with the extremes of its prices in US dollars. */
export interface HistoryBucket extends Bucket {
  readonly priceMin?: number;
  readonly priceMax?: number;
}
