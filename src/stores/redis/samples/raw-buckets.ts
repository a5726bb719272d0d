import { ErrorReply, MultiErrorReply } from 'redis';
import type { HistoryBucket } from '../../../domain/bucket.ts';
import { bucketStart, DAY, type Width } from '../../../domain/time/bucket-width.ts';
import type { Range } from '../../../domain/time/range.ts';
import type { Client } from '../connection/client.ts';
import type { Keys } from '../keys.ts';
import { VALID_PRICES } from '../prices.ts';

/** Bounds on one slice, so that it holds Redis' only thread for two or three milliseconds at most. */
const MOST_BUCKETS = 750;
const LONGEST = 8 * DAY;

const SERIES = [
  ['price', 'AVG'],
  ['price', 'COUNT'],
  ['price', 'MIN'],
  ['price', 'MAX'],
  ['sentiment', 'AVG'],
  ['sentiment', 'COUNT'],
] as const;

type Row = { readonly timestamp: number; readonly value: number };

/** A series that is not there (yet, or any more) has no samples. */
function rowsOf(reply: unknown): readonly Row[] {
  if (!(reply instanceof ErrorReply)) return reply as readonly Row[];
  if (/the key does not exist/.test(reply.message)) return [];
  throw reply;
}

async function ask(client: Client, keys: Keys, from: number, count: number, width: Width) {
  const together = client.multi();
  const start = bucketStart(from, width);
  // Where a bucket begins, which may not be before the epoch.
  const ALIGN = String(start < 0 ? start + width : start);
  for (const [series, type] of SERIES) {
    // Without an end and by COUNT, since a range with an end walks every chunk after it.
    const filter = series === 'price' ? VALID_PRICES : undefined;
    const options = { COUNT: count, ALIGN, AGGREGATION: { type, timeBucket: width }, ...filter } as const;
    together.ts.range(keys[series], from, '+', options);
  }
  try {
    return (await together.exec()).map(rowsOf);
  } catch (error) {
    if (error instanceof MultiErrorReply) return error.replies.map(rowsOf);
    throw error;
  }
}

/** The first slice of a range of whole buckets, and where the next one begins, if there is one. */
export async function readBuckets(
  client: Client,
  keys: Keys,
  range: Range,
  width: Width,
): Promise<{ buckets: readonly HistoryBucket[]; next: number | undefined }> {
  // No sample is before the epoch, but a week may begin there.
  const from = Math.max(0, range.from);
  const count = Math.max(1, Math.min(MOST_BUCKETS, Math.floor(LONGEST / width)));
  const end = Math.min(range.to, bucketStart(from, width) + count * width);
  const columns = await ask(client, keys, from, count, width);
  const [prices = [], priceCounts = [], least = [], most = [], sentiments = [], sentimentCounts = []] =
    columns;

  const buckets: HistoryBucket[] = [];
  let [price, sentiment] = [0, 0];
  for (;;) {
    const at = Math.min(prices[price]?.timestamp ?? end, sentiments[sentiment]?.timestamp ?? end);
    if (at >= end) break;
    const hasPrice = prices[price]?.timestamp === at;
    const hasSentiment = sentiments[sentiment]?.timestamp === at;
    buckets.push({
      start: bucketStart(at, width),
      ...(hasPrice && {
        price: valueAt(prices, price),
        priceMin: valueAt(least, price),
        priceMax: valueAt(most, price),
      }),
      // A zero has no sign here.
      ...(hasSentiment && { sentiment: valueAt(sentiments, sentiment) + 0 }),
      priceSamples: hasPrice ? valueAt(priceCounts, price) : 0,
      sentimentSamples: hasSentiment ? valueAt(sentimentCounts, sentiment) : 0,
    });
    if (hasPrice) price += 1;
    if (hasSentiment) sentiment += 1;
  }
  // Where a series was not read to the end of the slice, it is empty up to what comes next in it.
  const following = Math.min(goesOn(prices, price), goesOn(sentiments, sentiment));
  const next = Math.max(end, Math.min(bucketStart(Math.min(following, range.to), width), range.to));
  return { buckets, next: next < range.to ? next : undefined };

  function goesOn(rows: readonly Row[], index: number): number {
    return rows[index]?.timestamp ?? (rows.length < count ? Number.POSITIVE_INFINITY : end);
  }
}

const valueAt = (rows: readonly Row[], index: number): number => Number(rows[index]?.value);
