// The history over HTTP with ten years of samples: median response times, and the cached answer's p99 alone and during
// such requests, alternately. Needs wrk and taskset (Debian: wrk, util-linux), 1 GB of disk and 300 MB of memory.
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { type Client, openClient } from '../support/client.ts';
import { growthRows, inMs } from '../support/growth.ts';
import { load, median, pinToLoadCore, readBeside, type Server, startService } from '../support/pinned.ts';
import { type BenchStore, eachStore } from '../support/stores.ts';
import { printTable } from '../support/table.ts';

const options = {
  stores: { type: 'string', default: 'sqlite,redis' },
  years: { type: 'string', default: '10' },
  runs: { type: 'string', default: '21' },
  pairs: { type: 'string', default: '5' },
  seconds: { type: 'string', default: '3' },
} as const;
const { stores, ...given } = parseArgs({ options }).values;
const years = Number(given.years);
const runs = Number(given.runs);
const pairs = Number(given.pairs);
const seconds = Number(given.seconds);

const CACHED_PATH = '/is-bitcoin-lit';
const SAMPLE_INTERVAL_MS = 30_000;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const WARM_UP = 5;

/** How long the first start with such data may take to build the rollups. */
const BUILD_TIMEOUT_MS = 240_000;

const END = Math.floor(Date.now() / DAY_MS) * DAY_MS;
const timeBeforeEnd = (length: number): string => new Date(END - length).toISOString();
const history = (from: string, bucket: string): string =>
  `/history?from=${from}&to=${timeBeforeEnd(0)}&bucket=${bucket}`;

/** [description, path, target in milliseconds] */
const QUERIES = [
  ['all at 1w', history('oldest', '1w'), 20],
  ['all at 1d', history('oldest', '1d'), 20],
  ['a year at 1d', history(timeBeforeEnd(365 * DAY_MS), '1d'), 20],
  ['30 days at 1h', history(timeBeforeEnd(30 * DAY_MS), '1h'), 20],
  ['a day at 5m', history(timeBeforeEnd(DAY_MS), '5m'), 20],
  ['5,000 × 15m', history(timeBeforeEnd(5000 * 15 * MINUTE_MS), '15m'), 250],
] as const;

const MAX_GROWTH_MS = 10;

/** Waits until the rollups are built. */
async function waitUntilBuilt(client: Client): Promise<void> {
  const until = performance.now() + BUILD_TIMEOUT_MS;
  for (let fastResponses = 0; fastResponses < WARM_UP; ) {
    if (performance.now() > until) throw new Error('the rollups were not built in time');
    const took = await client.time('GET', QUERIES[1][1]).catch(() => Number.POSITIVE_INFINITY);
    fastResponses = took < 200 ? fastResponses + 1 : 0;
    if (fastResponses === 0) await sleep(500);
  }
}

async function measureTimes(client: Client): Promise<string[][]> {
  const rows: string[][] = [];
  for (const [what, path, target] of QUERIES) {
    const taken: number[] = [];
    for (let run = -WARM_UP; run < runs; run += 1) {
      const took = await client.time('GET', path);
      if (run >= 0) taken.push(took);
    }
    const bytes = (await client.text('GET', path)).length;
    const medianMs = median(taken);
    const longestMs = taken.toSorted((one, other) => one - other).at(-1) ?? Number.NaN;
    const verdict = medianMs <= target ? 'met' : 'missed';
    rows.push([
      what,
      inMs(medianMs),
      inMs(longestMs),
      `${Math.round(bytes / 1000)} kB`,
      `${target} ms`,
      verdict,
    ]);
  }
  return rows;
}

/** The cached answer's p99 in milliseconds while one client requests the same history again and again. */
async function p99Under({ address }: Server, path: string | undefined): Promise<number> {
  const beside = path === undefined ? undefined : readBeside(address, [path], seconds);
  const { p99Ms } = await load(`${address}${CACHED_PATH}`, seconds);
  await beside;
  return p99Ms;
}

async function measure(store: BenchStore): Promise<void> {
  const length = Math.round(years * 365.25) * DAY_MS;
  await store.fill('history', END - length, length / SAMPLE_INTERVAL_MS);
  await using server = await startService(store.settings('history'));
  using client = openClient(server.address);
  const began = performance.now();
  await waitUntilBuilt(client);
  const took = ((performance.now() - began) / 1000).toFixed(0);
  console.log(`${store.name}: ${years} years; rollups built within ${took} s, while the service responded\n`);
  printTable(`${store.name}: GET /history, medians of ${runs} uncompressed requests, one at a time`, [
    ['range', 'median', 'longest', 'size', 'at most', ''],
    ...(await measureTimes(client)),
  ]);
  printTable(
    `${store.name}: the cached answer's p99 with 32 readers, medians of ${pairs} pairs of ${seconds} s, beside one client that requests`,
    await growthRows((path) => p99Under(server, path), QUERIES, { pairs, most: MAX_GROWTH_MS }),
  );
}

pinToLoadCore();
for await (const store of eachStore(stores)) await measure(store);
