import type { Bucket } from '../../../domain/bucket.ts';
import { type Newest, newestTime, withinReach } from '../../../domain/sample.ts';
import type { ThreeHours } from '../../../domain/summary.ts';
import { threeHourStarts } from '../../../domain/time/range.ts';
import { HOUR } from '../../../domain/time/time.ts';
import type { Client } from '../connection/client.ts';
import { loadScript } from '../connection/script.ts';
import { VALID_PRICES_LUA } from '../prices.ts';

/** A bucket of TS.RANGE: its start, and its value as text, so that no digit is lost. */
type Pair = [start: number, value: string];
type SeriesHours = [newest: number | null, averages: Pair[], counts: Pair[]];
type Reply = [price: SeriesHours, sentiment: SeriesHours] | null;

const script = loadScript<Reply>([VALID_PRICES_LUA, new URL('three-hours.lua', import.meta.url)], {
  isReadOnly: true,
});

/** @param latest epoch milliseconds. Later samples do not count. */
export const readHours = (client: Client, series: readonly [string, string], latest: number) =>
  script(client, series, [latest, HOUR]);

function at(pairs: SeriesHours[1], start: number): number | undefined {
  const [, text] = pairs.find(([time]) => time === start) ?? [];
  return text === undefined ? undefined : Number(text);
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

/** Joins the script's reply by the hours' starts. Each series omits hours without samples. */
export function joinHours([price, sentiment]: NonNullable<Reply>): ThreeHours | undefined {
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
