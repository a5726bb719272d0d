import type { HistoryBucket } from '../../../domain/bucket.ts';
import { bucketStart, type Width } from '../../../domain/time/bucket-width.ts';
import { add, type Sums, toBucket } from '../../sums.ts';

const sumsOf = ({ price = 0, priceMin, priceMax, sentiment = 0, ...counts }: HistoryBucket): Sums => [
  price * counts.priceSamples,
  counts.priceSamples,
  priceMin ?? null,
  priceMax ?? null,
  sentiment * counts.sentimentSamples,
  counts.sentimentSamples,
];

/** Joins buckets into wider ones. Both are oldest first. */
export function groupBuckets(buckets: readonly HistoryBucket[], width: Width): HistoryBucket[] {
  const groups = new Map<number, Sums>();
  for (const bucket of buckets) {
    const start = bucketStart(bucket.start, width);
    const sums = groups.get(start);
    if (sums) add(sums, sumsOf(bucket));
    else groups.set(start, sumsOf(bucket));
  }
  return [...groups].map(([start, sums]) => toBucket(start, sums));
}
