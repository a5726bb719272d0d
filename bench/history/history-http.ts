// The history over HTTP, at the server, with ten years of samples kept: medians of the time that an answer takes, and the
// cached answer's p99 alone and beside such requests, in turns. Wants wrk and taskset (Debian: wrk, util-linux), 1 GB of
// disk and 300 MB of memory.
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { type Client, openClient } from '../support/client.ts';
import { load, median, type Server, startService, stayOffTheServersCore } from '../support/pinned.ts';
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

const HOT = '/is-bitcoin-lit';
const INTERVAL = 30_000;
const MINUTE = 60_000;
const DAY = 86_400_000;
const WARM_UP = 5;

/** How long the first start over such data may take to build what it reads from. */
const BUILD_LIMIT = 240_000;

const END = Math.floor(Date.now() / DAY) * DAY;
const since = (length: number): string => new Date(END - length).toISOString();
const history = (from: string, bucket: string): string =>
  `/history?from=${from}&to=${since(0)}&bucket=${bucket}`;

/** What is asked for, and how long it may take: milliseconds. */
const QUESTIONS = [
  ['all at 1w', history('oldest', '1w'), 20],
  ['all at 1d', history('oldest', '1d'), 20],
  ['a year at 1d', history(since(365 * DAY), '1d'), 20],
  ['30 days at 1h', history(since(30 * DAY), '1h'), 20],
  ['a day at 5m', history(since(DAY), '5m'), 20],
  ['5,000 × 15m', history(since(5000 * 15 * MINUTE), '15m'), 250],
] as const;

const MOST_GROWTH = 10;

const inMs = (value: number): string => `${value.toFixed(1)} ms`;

/** Until what the answers are made of is built. */
async function untilBuilt(client: Client): Promise<void> {
  const until = performance.now() + BUILD_LIMIT;
  for (let quick = 0; quick < WARM_UP; ) {
    if (performance.now() > until) throw new Error('the history is not built in time');
    const took = await client.time('GET', QUESTIONS[1][1]).catch(() => Number.POSITIVE_INFINITY);
    quick = took < 200 ? quick + 1 : 0;
    if (quick === 0) await sleep(500);
  }
}

async function times(client: Client): Promise<string[][]> {
  const rows: string[][] = [];
  for (const [what, path, target] of QUESTIONS) {
    const taken: number[] = [];
    for (let run = -WARM_UP; run < runs; run += 1) {
      const took = await client.time('GET', path);
      if (run >= 0) taken.push(took);
    }
    const bytes = (await client.text('GET', path)).length;
    const middle = median(taken);
    const most = taken.toSorted((one, other) => one - other).at(-1) ?? Number.NaN;
    const verdict = middle <= target ? 'met' : 'missed';
    rows.push([what, inMs(middle), inMs(most), `${Math.round(bytes / 1000)} kB`, `${target} ms`, verdict]);
  }
  return rows;
}

/**
 * The cached answer's p99 while one reader asks for the same history again and again. Both are wrk: a client in this
 * process would take more of the load's core than the load itself.
 */
async function p99Beside({ address }: Server, path: string | undefined): Promise<number> {
  const asking = path === undefined ? undefined : load(`${address}${path}`, seconds, [], 1);
  const { p99 } = await load(`${address}${HOT}`, seconds);
  await asking;
  return p99;
}

async function growth(server: Server): Promise<string[][]> {
  await p99Beside(server, undefined);
  const rows: string[][] = [];
  for (const [what, path] of QUESTIONS) {
    const alone: number[] = [];
    const beside: number[] = [];
    for (let pair = 0; pair < pairs; pair += 1) {
      alone.push(await p99Beside(server, undefined));
      beside.push(await p99Beside(server, path));
    }
    const grown = median(beside) - median(alone);
    const verdict = grown <= MOST_GROWTH ? 'met' : 'missed';
    rows.push([what, inMs(median(alone)), inMs(median(beside)), inMs(grown), `${MOST_GROWTH} ms`, verdict]);
  }
  return rows;
}

async function measure(store: BenchStore): Promise<void> {
  const length = Math.round(years * 365.25) * DAY;
  await store.fill('history', END - length, length / INTERVAL);
  await using server = await startService(store.settings('history'));
  using client = openClient(server.address);
  const began = performance.now();
  await untilBuilt(client);
  const took = ((performance.now() - began) / 1000).toFixed(0);
  console.log(`${store.name}: ${years} years; built from raw samples within ${took} s, while it answered\n`);
  printTable(`${store.name}: GET /history, medians of ${runs} requests, one at a time, not compressed`, [
    ['range', 'median', 'longest', 'size', 'at most', ''],
    ...(await times(client)),
  ]);
  printTable(
    `${store.name}: the cached answer's p99 with 32 readers, medians of ${pairs} pairs of ${seconds} s, beside one who asks for`,
    [['range', 'alone', 'beside', 'grown by', 'at most', ''], ...(await growth(server))],
  );
}

stayOffTheServersCore();
for await (const store of eachStore(stores)) await measure(store);
