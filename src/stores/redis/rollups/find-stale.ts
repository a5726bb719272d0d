import { RESP_TYPES } from 'redis';
import { DAY } from '../../../domain/time/bucket-width.ts';
import type { Client } from '../connection/client.ts';
import type { Keys } from '../keys.ts';
import type { Looked } from '../scripts.ts';
import { DAYS_PAGE } from './pages.ts';
import { countsOf, SLOT, viewOf } from './slot.ts';

export interface Look {
  /** Since when all rollups are made, in epoch milliseconds; undefined where that is not known. */
  readonly since: number | undefined;
  /** How many more prices and sentiments the samples have than the rollups say. */
  readonly missing: readonly [prices: number, sentiments: number];
  /** From the first day with a sample or a rollup to the end of the last one; epoch milliseconds. */
  readonly from: number;
  readonly to: number;
  /** Those with a rollup, ascending. */
  readonly days: readonly number[];
}

/** How many samples the days are of, by their rollups, and which have one. */
function sumDays(pages: readonly (Buffer | null)[], column: 0 | 1) {
  let count = 0;
  const days: number[] = [];
  for (const [index, text] of pages.entries()) {
    if (!text) continue;
    const page = viewOf(text);
    for (let at = 0; at + SLOT <= page.byteLength; at += SLOT) {
      const counts = countsOf(page, at);
      count += counts[column];
      if (counts[0] + counts[1] > 0) days.push(index * DAYS_PAGE + (at / SLOT) * DAY);
    }
  }
  return { count, days };
}

export const dayOf = (time: number): number => Math.floor(time / DAY) * DAY;

/** Whether samples and rollups agree: of each series at one moment, one after the other, for TS.INFO walks all chunks. */
export async function look(
  run: (ask: (client: Client) => Promise<unknown>) => Promise<unknown>,
  keys: Keys,
): Promise<Look> {
  const ask = async (series: string): Promise<Looked> => {
    const reply = await run((client) =>
      client.withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer }).look(series, keys),
    );
    return reply as Looked;
  };
  const price = await ask(keys.price);
  const sentiment = await ask(keys.sentiment);
  const prices = sumDays(price[2], 0);
  const { count: sentiments, days } = sumDays(sentiment[2], 1);
  const kept = [price[1], sentiment[1]].filter(([count]) => count > 0);
  const times = [
    ...days.slice(0, 1),
    ...days.slice(-1),
    ...kept.flatMap(([, oldest, newest]) => [oldest, newest]),
  ];
  return {
    since: sentiment[0] ?? undefined,
    missing: [price[1][0] - prices.count, sentiment[1][0] - sentiments],
    from: times.length === 0 ? 0 : dayOf(Math.min(...times)),
    to: times.length === 0 ? DAY : dayOf(Math.max(...times)) + DAY,
    days,
  };
}
