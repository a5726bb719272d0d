import type { Sample } from '../../../domain/sample.ts';
import type { Range } from '../../../domain/time/range.ts';
import type { Client } from '../connection/client.ts';
import { VALID_PRICES } from '../prices.ts';

/** Samples of each series per call: a millisecond of Redis' only thread. */
const PAGE = 1000;

type Pairs = readonly { readonly timestamp: number; readonly value: number }[];

/** A series may be missing after a flush, or on a new master. */
async function page(
  client: Client,
  key: string,
  from: number,
  filter: typeof VALID_PRICES | undefined,
  count = PAGE,
): Promise<Pairs> {
  try {
    // Limited by COUNT, without an end, since a range with an end walks every chunk after it.
    return await client.ts.range(key, from, '+', { COUNT: count, ...filter });
  } catch (error) {
    if (error instanceof Error && /the key does not exist/.test(error.message)) return [];
    throw error;
  }
}

/** The time up to which a page is complete. */
const horizon = (pairs: Pairs): number =>
  pairs.length < PAGE ? Number.POSITIVE_INFINITY : (pairs.at(-1)?.timestamp ?? Number.POSITIVE_INFINITY);

/** Reads one slice of both series, joined by time. @returns its samples, and the range after it. */
export async function readSlice(
  client: Client,
  [priceKey, sentimentKey]: readonly [string, string],
  { from, to }: Range,
): Promise<{ samples: readonly Sample[]; rest: Range | undefined }> {
  const [prices, sentiments] = await Promise.all([
    page(client, priceKey, from, VALID_PRICES),
    page(client, sentimentKey, from, undefined),
  ]);
  const end = Math.min(to, horizon(prices) + 1, horizon(sentiments) + 1);
  const joined = new Map<number, Sample>();
  for (const { timestamp: time, value } of prices) if (time < end) joined.set(time, { time, price: value });
  for (const { timestamp: time, value } of sentiments) {
    if (time < end) joined.set(time, { ...joined.get(time), time, sentiment: value + 0 });
  }
  const samples = [...joined.values()].sort((one, other) => one.time - other.time);
  return { samples, rest: end < to ? { from: end, to } : undefined };
}

export async function readOldest(
  client: Client,
  [priceKey, sentimentKey]: readonly [string, string],
): Promise<number | undefined> {
  const firsts = await Promise.all([
    page(client, priceKey, 0, VALID_PRICES, 1),
    page(client, sentimentKey, 0, undefined, 1),
  ]);
  const times = firsts.flatMap((pairs) => pairs.map(({ timestamp }) => timestamp));
  return times.length > 0 ? Math.min(...times) : undefined;
}
