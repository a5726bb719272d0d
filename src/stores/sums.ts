import { isPrice } from '../domain/admission.ts';
import type { HistoryBucket } from '../domain/bucket.ts';

/** The sums over the samples of a bucket. The extremes are null without a price. */
export type Sums = [
  priceSum: number,
  prices: number,
  priceMin: number | null,
  priceMax: number | null,
  sentimentSum: number,
  sentiments: number,
];

/** Whether no invalid price, written by another program or an older version, is in the sums. */
export const hasValidPrices = ([, , priceMin, priceMax]: Readonly<Sums>): boolean =>
  isPrice(priceMin ?? 1) && isPrice(priceMax ?? 1);

const minimum = (one: number | null, other: number | null): number | null =>
  one === null || other === null ? (one ?? other) : Math.min(one, other);

const maximum = (one: number | null, other: number | null): number | null =>
  one === null || other === null ? (one ?? other) : Math.max(one, other);

export function add(sums: Sums, more: Readonly<Sums>): void {
  sums[0] += more[0];
  sums[1] += more[1];
  sums[2] = minimum(sums[2], more[2]);
  sums[3] = maximum(sums[3], more[3]);
  sums[4] += more[4];
  sums[5] += more[5];
}

export function toBucket(start: number, sums: Readonly<Sums>): HistoryBucket {
  const [priceSum, prices, priceMin, priceMax, sentimentSum, sentiments] = sums;
  return {
    start,
    ...(priceMin !== null && priceMax !== null && { price: priceSum / prices, priceMin, priceMax }),
    ...(sentiments > 0 && { sentiment: sentimentSum / sentiments }),
    priceSamples: prices,
    sentimentSamples: sentiments,
  };
}
