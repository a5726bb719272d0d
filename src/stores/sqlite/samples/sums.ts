import type { HistoryBucket } from '../../../domain/bucket.ts';

/** 2^-64: prices near the largest double are averaged at that scale, where their sum does not overflow. */
export const SCALE = 2 ** -64;

/** What is summed of the samples of a bucket. The extremes are absent where there is no price. */
export type Sums = [
  priceSum: number,
  prices: number,
  priceMin: number | null,
  priceMax: number | null,
  sentimentSum: number,
  sentiments: number,
];

/** Whether the sums of prices did not overflow. */
export const isExact = ([priceSum]: Readonly<Sums>): boolean => Number.isFinite(priceSum);

const least = (one: number | null, other: number | null): number | null =>
  one === null || other === null ? (one ?? other) : Math.min(one, other);

const most = (one: number | null, other: number | null): number | null =>
  one === null || other === null ? (one ?? other) : Math.max(one, other);

export function add(sums: Sums, more: Readonly<Sums>): void {
  sums[0] += more[0];
  sums[1] += more[1];
  sums[2] = least(sums[2], more[2]);
  sums[3] = most(sums[3], more[3]);
  sums[4] += more[4];
  sums[5] += more[5];
}

/** @param scaledPriceSum by `SCALE`, for a sum that overflowed. */
export function toBucket(start: number, sums: Readonly<Sums>, scaledPriceSum = Number.NaN): HistoryBucket {
  const [priceSum, prices, priceMin, priceMax, sentimentSum, sentiments] = sums;
  const price = isExact(sums) ? priceSum / prices : scaledPriceSum / prices / SCALE;
  return {
    start,
    ...(priceMin !== null && priceMax !== null && { price, priceMin, priceMax }),
    ...(sentiments > 0 && { sentiment: sentimentSum / sentiments }),
    priceSamples: prices,
    sentimentSamples: sentiments,
  };
}
