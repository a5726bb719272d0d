import type { HistoryBucket } from '../../../domain/bucket.ts';
import { bucketStart, type Width } from '../../../domain/time/bucket-width.ts';

/** The mean of means, by how many values each one stands for; `undefined` where there is none. */
function meanOf(
  buckets: readonly HistoryBucket[],
  value: 'price' | 'sentiment',
  count: 'priceSamples' | 'sentimentSamples',
): number | undefined {
  const total = buckets.reduce((sum, bucket) => sum + bucket[count], 0);
  if (total === 0) return undefined;
  return buckets.reduce((sum, bucket) => sum + (bucket[value] ?? 0) * bucket[count], 0) / total;
}

function join(start: number, buckets: readonly HistoryBucket[]): HistoryBucket {
  const price = meanOf(buckets, 'price', 'priceSamples');
  const sentiment = meanOf(buckets, 'sentiment', 'sentimentSamples');
  let priceMin = Number.POSITIVE_INFINITY;
  let priceMax = Number.NEGATIVE_INFINITY;
  let priceSamples = 0;
  let sentimentSamples = 0;
  for (const bucket of buckets) {
    priceMin = Math.min(priceMin, bucket.priceMin ?? priceMin);
    priceMax = Math.max(priceMax, bucket.priceMax ?? priceMax);
    priceSamples += bucket.priceSamples;
    sentimentSamples += bucket.sentimentSamples;
  }
  return {
    start,
    ...(price !== undefined && { price, priceMin, priceMax }),
    ...(sentiment !== undefined && { sentiment }),
    priceSamples,
    sentimentSamples,
  };
}

/** The wider buckets that buckets are parts of; both oldest first. */
export function groupBuckets(buckets: readonly HistoryBucket[], width: Width): HistoryBucket[] {
  const wider: HistoryBucket[] = [];
  for (let first = 0, end = 0; first < buckets.length; first = end) {
    const start = bucketStart((buckets[first] as HistoryBucket).start, width);
    while (end < buckets.length && (buckets[end] as HistoryBucket).start < start + width) end += 1;
    wider.push(join(start, buckets.slice(first, end)));
  }
  return wider;
}
