import { bucketStart, DAY } from '../../../domain/time/bucket-width.ts';
import type { Client } from '../connection/client.ts';
import { loadScript } from '../connection/script.ts';
import type { Keys } from '../keys.ts';
import { allDaysPages, DAYS_PAGE, LIMIT, RAW_SINCE_LUA, SCHEMA } from './pages.ts';
import { countsOf, SLOT, viewOf } from './slot.ts';

type Reply = [
  since: number | null,
  rawSince: number,
  samples: [count: number, oldest: number, newest: number],
  removals: number,
  pages: (Buffer | null)[],
];

const script = loadScript<Reply>([RAW_SINCE_LUA, new URL('find-stale.lua', import.meta.url)], {
  isReadOnly: true,
  hasBinaryReply: true,
});

/** How the rollups that are not final compare with the samples. Times in epoch milliseconds. */
export interface Comparison {
  /** The time since which all rollups are built; `undefined` if unknown. */
  readonly since: number | undefined;
  /** How many more prices and sentiments the series have than the rollups count. */
  readonly missing: readonly [prices: number, sentiments: number];
  /** How often samples were removed. */
  readonly removals: number;
  /** From the first day with a sample or a rollup to the end of the last one. */
  readonly from: number;
  readonly to: number;
  /** The days with a rollup, ascending. */
  readonly days: readonly number[];
}

/** How many samples the rollups of days count, and which days have a rollup. */
function sumDays([, rawSince, , , pages]: Reply, column: 0 | 1) {
  let count = 0;
  const days: number[] = [];
  for (const [index, text] of pages.entries()) {
    if (!text) continue;
    const page = viewOf(text);
    for (let at = 0; at + SLOT <= page.byteLength; at += SLOT) {
      const day = index * DAYS_PAGE + (at / SLOT) * DAY;
      if (day < rawSince) continue;
      const counts = countsOf(page, at);
      count += counts[column];
      if (counts[0] + counts[1] > 0) days.push(day);
    }
  }
  return { count, days };
}

/** Compares the rollups with the samples: one series after the other, since TS.INFO walks all chunks, and each at one moment. */
export async function findStale(
  run: <T>(commands: (client: Client) => Promise<T>) => Promise<T>,
  keys: Keys,
): Promise<Comparison> {
  const read = (series: string) =>
    run((client) =>
      script(client, [series, keys.rollups, keys.store, ...allDaysPages(keys)], [SCHEMA, LIMIT]),
    );
  const price = await read(keys.price);
  const sentiment = await read(keys.sentiment);
  const prices = sumDays(price, 0);
  const { count: sentiments, days } = sumDays(sentiment, 1);
  const series = [price[2], sentiment[2]].filter(([count]) => count > 0);
  const sampleTimes = series.flatMap(([, oldest, newest]) => [oldest, newest]);
  const times = [...days.slice(0, 1), ...days.slice(-1), ...sampleTimes];
  return {
    since: sentiment[0] ?? undefined,
    missing: [price[2][0] - prices.count, sentiment[2][0] - sentiments],
    removals: price[3],
    from: times.length === 0 ? 0 : bucketStart(Math.min(...times), DAY),
    to: times.length === 0 ? DAY : bucketStart(Math.max(...times), DAY) + DAY,
    days,
  };
}
