import type { Bucket } from '../../../domain/bucket.ts';
import { type Newest, newestTime, withinReach } from '../../../domain/sample.ts';
import type { ThreeHours } from '../../../domain/summary.ts';
import { threeHourStarts } from '../../../domain/time/range.ts';
import type { SeriesHours } from '../scripts.ts';

function at(pairs: SeriesHours[1], start: number): number | undefined {
  const [, text] = pairs.find(([time]) => time === start) ?? [];
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}

function bucket(
  start: number,
  [, prices, priceCounts]: SeriesHours,
  [, sentiments, sentimentCounts]: SeriesHours,
): Bucket {
  const price = at(prices, start);
  const sentiment = at(sentiments, start);
  return {
    start,
    ...(price !== undefined && { price }),
    ...(sentiment !== undefined && { sentiment }),
    priceSamples: at(priceCounts, start) ?? 0,
    sentimentSamples: at(sentimentCounts, start) ?? 0,
  };
}

/** What the script read, joined on the hours' starts: each series leaves out the hours it has nothing in. */
export function joinHours([price, sentiment]: readonly [SeriesHours, SeriesHours]): ThreeHours | undefined {
  const newest = newestOf(price[0], sentiment[0]);
  const asOf = newestTime(newest);
  if (asOf === undefined) return undefined;
  const [first, second, third] = threeHourStarts(asOf);
  const hour = (start: number): Bucket => bucket(start, price, sentiment);
  return { asOf, newest, hours: [hour(first), hour(second), hour(third)] };
}

export function newestOf(price: number | null | undefined, sentiment: number | null | undefined): Newest {
  return withinReach({
    ...(typeof price === 'number' && { price }),
    ...(typeof sentiment === 'number' && { sentiment }),
  });
}
