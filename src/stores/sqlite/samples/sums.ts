import type { HistoryBucket } from '../../../domain/bucket.ts';
import { isPrice } from '../../../domain/gate.ts';

/** What is summed of the samples of a bucket. The extremes are absent where there is no price. */
export type Sums = [
  priceSum: number,
  prices: number,
  priceMin: number | null,
  priceMax: number | null,
  sentimentSum: number,
  sentiments: number,
];

/** Whether the sums are free of prices that the gate would not accept: another program, or an older version, wrote them. */
export const hasValidPrices = ([, , priceMin, priceMax]: Readonly<Sums>): boolean =>
  isPrice(priceMin ?? 1) && isPrice(priceMax ?? 1);

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
