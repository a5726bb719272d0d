import { ErrorReply, MultiErrorReply } from 'redis';
import type { HistoryBucket, Hour } from '../../../domain/bucket.ts';
import { bucketStart, DAY, type Width } from '../../../domain/time/bucket-width.ts';
import type { Range } from '../../../domain/time/range.ts';
import type { Client } from '../connection/client.ts';
import type { Keys } from '../keys.ts';
import { VALID_PRICES } from '../prices.ts';

/** Limits of one slice, so that it blocks Redis' only thread for three milliseconds at most. */
const MAX_BUCKETS = 750;
const MAX_LENGTH_MS = 8 * DAY;

const SERIES = [
  ['price', 'AVG'],
  ['price', 'COUNT'],
  ['price', 'MIN'],
  ['price', 'MAX'],
  ['sentiment', 'AVG'],
  ['sentiment', 'COUNT'],
] as const;

/** The prices at the ends of a bucket. */
const ENDS = [
  ['price', 'FIRST'],
  ['price', 'LAST'],
] as const;

type Row = { readonly timestamp: number; readonly value: number };

/** A missing series has no samples. */
function rowsOf(reply: unknown): readonly Row[] {
  if (!(reply instanceof ErrorReply)) return reply as readonly Row[];
  if (/the key does not exist/.test(reply.message)) return [];
  throw reply;
}

async function readColumns(
  client: Client,
  keys: Keys,
  from: number,
  count: number,
  width: Width,
  hasEnds: boolean,
) {
  const together = client.multi();
  const start = bucketStart(from, width);
  // The start of a bucket that is not before the epoch.
  const ALIGN = String(start < 0 ? start + width : start);
  for (const [series, type] of hasEnds ? [...SERIES, ...ENDS] : SERIES) {
    // Limited by COUNT, without an end, since a range with an end walks every chunk after it.
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

/**
 * Reads the first slice of a range of whole buckets.
 *
 * @param hasEnds whether to read the first and the last price too.
 * @returns its buckets, and the start of the next slice, if any.
 */
export async function readBuckets(
  client: Client,
  keys: Keys,
  range: Range,
  width: Width,
  hasEnds: boolean,
): Promise<{ buckets: readonly (HistoryBucket & Hour)[]; next: number | undefined }> {
  // No sample is before the epoch, but a week may begin there.
  const from = Math.max(0, range.from);
  const count = Math.max(1, Math.min(MAX_BUCKETS, Math.floor(MAX_LENGTH_MS / width)));
  const end = Math.min(range.to, bucketStart(from, width) + count * width);
  const columns = await readColumns(client, keys, from, count, width, hasEnds);
  const [prices = [], priceCounts = [], minima = [], maxima = [], sentiments = [], sentimentCounts = []] =
    columns;
  const [firstPrices, lastPrices] = columns.slice(SERIES.length);

  const buckets: (HistoryBucket & Hour)[] = [];
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
        priceMin: valueAt(minima, price),
        priceMax: valueAt(maxima, price),
      }),
      ...(hasPrice &&
        firstPrices &&
        lastPrices && {
          firstPrice: valueAt(firstPrices, price),
          lastPrice: valueAt(lastPrices, price),
        }),
      // Adding 0 turns -0 into 0.
      ...(hasSentiment && { sentiment: valueAt(sentiments, sentiment) + 0 }),
      priceSamples: hasPrice ? valueAt(priceCounts, price) : 0,
      sentimentSamples: hasSentiment ? valueAt(sentimentCounts, sentiment) : 0,
    });
    if (hasPrice) price += 1;
    if (hasSentiment) sentiment += 1;
  }
  // A series that was not read to the end of the slice has no samples up to its next row.
  const following = Math.min(goesOn(prices, price), goesOn(sentiments, sentiment));
  const next = Math.max(end, Math.min(bucketStart(Math.min(following, range.to), width), range.to));
  return { buckets, next: next < range.to ? next : undefined };

  function goesOn(rows: readonly Row[], index: number): number {
    return rows[index]?.timestamp ?? (rows.length < count ? Number.POSITIVE_INFINITY : end);
  }
}

const valueAt = (rows: readonly Row[], index: number): number => Number(rows[index]?.value);
