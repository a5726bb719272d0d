// The cost of the history in Redis, without a service: appending ten years, reading buckets of all widths, appending
// older samples, looking for changes by other programs, and memory. Needs 250 MB of memory and a few minutes.
import { parseArgs } from 'node:util';
import { createClient } from 'redis';
import { launchRedis } from '../../scripts/redis/start.ts';
import type { Sample } from '../../src/domain/sample.ts';
import { DAY, WIDTHS, type WidthName, widen } from '../../src/domain/time/bucket-width.ts';
import { parseRedisAddress } from '../../src/stores/redis/connection/address.ts';
import { openRedis } from '../../src/stores/redis/open.ts';
import { median } from '../support/pinned.ts';
import { printTable } from '../support/table.ts';

const options = {
  years: { type: 'string', default: '10' },
  runs: { type: 'string', default: '15' },
  'late-days': { type: 'string', default: '365' },
} as const;
const given = parseArgs({ options }).values;
const years = Number(given.years);
const runs = Number(given.runs);

const SAMPLE_INTERVAL_MS = 30_000;
const WARM_UP = 5;
const SAMPLES_PER_DAY = DAY / SAMPLE_INTERVAL_MS;
const END = Math.floor(Date.now() / DAY) * DAY;
const START = END - Math.round(years * 365.25) * DAY;

/** Samples per call of `append`, and concurrent calls. */
const BATCH_SIZE = 3840;
const CONCURRENT_BATCHES = 4;

const { signal } = new AbortController();
await using redis = await launchRedis();
using admin = await openAdmin();
const address = parseRedisAddress(redis.url);
if (!address) throw new Error('not a Redis address');
const nothing = () => undefined;
const opened = await openRedis({
  address,
  keyPrefix: 'bench',
  access: 'write',
  onChange: nothing,
  onUpdate: nothing,
  onWarning: nothing,
});
await using store = opened.store;

async function openAdmin() {
  const client = await createClient({ url: redis.url }).connect();
  await client.configSet('slowlog-log-slower-than', '1000');
  return Object.assign(client, { [Symbol.dispose]: () => client.destroy() });
}

const usedMemory = async (): Promise<number> =>
  Number(/used_memory:(\d+)/.exec(await admin.info('memory'))?.[1]);

/** The longest time since the last call for which one command occupied Redis' only thread. */
async function longestCallTime(): Promise<string> {
  const slow = (await admin.sendCommand(['SLOWLOG', 'GET', '-1'])) as unknown as [number, number, number][];
  await admin.sendCommand(['SLOWLOG', 'RESET']);
  const longest = Math.max(0, ...slow.map(([, , microseconds]) => microseconds)) / 1000;
  return longest === 0 ? 'below 1 ms' : `${longest.toFixed(1)} ms`;
}

/** Values like noise, so that they do not compress better than real ones. */
function* samplesOf(from: number, to: number): Generator<Sample[]> {
  let batch: Sample[] = [];
  for (let time = from; time < to; time += SAMPLE_INTERVAL_MS) {
    const number = time / SAMPLE_INTERVAL_MS;
    const price = 30_000 + ((number * 7919) % 100_003) / 100;
    batch.push({ time, price, sentiment: (((number * 31) % 199) - 99) / 100 });
    if (batch.length < BATCH_SIZE) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** Appends samples, and returns samples per second. */
async function append(from: number, to: number): Promise<number> {
  const began = performance.now();
  let added = 0;
  const pending: Promise<{ added: number }>[] = [];
  for (const batch of samplesOf(from, to)) {
    if (pending.length === CONCURRENT_BATCHES) added += (await pending.shift())?.added ?? 0;
    pending.push(store.append(batch, signal));
  }
  for (const report of await Promise.all(pending)) added += report.added;
  const count = (to - from) / SAMPLE_INTERVAL_MS;
  if (added !== count) throw new Error(`${added} of ${count} samples were added`);
  return count / ((performance.now() - began) / 1000);
}

async function measureMedian<T>(work: () => Promise<T>): Promise<{ median: number; last: T }> {
  const durations: number[] = [];
  let last: T | undefined;
  for (let run = -WARM_UP; run < runs; run += 1) {
    const began = performance.now();
    last = await work();
    if (run >= 0) durations.push(performance.now() - began);
  }
  return { median: median(durations), last: last as T };
}

async function countBuckets(from: number, to: number, width: WidthName): Promise<number> {
  let count = 0;
  for await (const slice of store.buckets(widen({ from, to }, WIDTHS[width]), WIDTHS[width]))
    count += slice.length;
  return count;
}

const formatPerSecond = (value: number): string => `${Math.round(value).toLocaleString('en')}/s`;
const formatMs = (value: number): string => `${value.toFixed(1)} ms`;

const before = await usedMemory();
const inOrder = await append(START, END);
const bytes = ((await usedMemory()) - before) / ((END - START) / SAMPLE_INTERVAL_MS);
const rows = [
  ['', 'measured', 'longest command'],
  ['append in order', formatPerSecond(inOrder), await longestCallTime()],
  ['a stored pair, including rollups', `${bytes.toFixed(1)} bytes`, ''],
];

const rebuildStartedAt = performance.now();
await admin.del('bench:rollups');
await store.repair(signal);
rows.push(['rebuild all rollups', formatMs(performance.now() - rebuildStartedAt), await longestCallTime()]);
const idle = await measureMedian(() => store.repair(signal));
if (idle.last) throw new Error('there was something to be mended');
rows.push(['look for changes, none found', formatMs(idle.median), await longestCallTime()]);

for (const [what, from, to, width] of [
  ['all', START, END, '1w'],
  ['all', START, END, '1d'],
  ['a year', END - 365 * DAY, END, '1d'],
  ['30 days', END - 30 * DAY, END, '1h'],
  ['5,000 of the oldest', START, START + 5000 * WIDTHS['4h'], '4h'],
  ['a day', END - DAY, END, '5m'],
  ['an old day', START + 10 * DAY, START + 11 * DAY, '5m'],
  ['5,000 of the newest', END - 5000 * WIDTHS['15m'], END, '15m'],
  ['5,000 of the oldest', START, START + 5000 * WIDTHS['15m'], '15m'],
] as const) {
  const { median: duration, last } = await measureMedian(() => countBuckets(from, to, width));
  rows.push([`${what} at ${width}: ${last} buckets`, formatMs(duration), await longestCallTime()]);
}

const again = await measureMedian(async () => {
  for (const batch of samplesOf(END - DAY, END)) await store.append(batch, signal);
});
rows.push([`a repeated day: ${SAMPLES_PER_DAY} samples`, formatMs(again.median), await longestCallTime()]);
const late = await append(START - Number(given['late-days']) * DAY, START);
rows.push([`${given['late-days']} days of older samples`, formatPerSecond(late), await longestCallTime()]);
const began = performance.now();
const removed = await store.remove({ from: START, to: START + 30 * DAY }, signal);
rows.push([
  `remove 30 days: ${removed} samples`,
  formatMs(performance.now() - began),
  await longestCallTime(),
]);
if (await store.repair(signal)) throw new Error('there was something to be mended');

printTable(
  `Redis, ${((END - START) / SAMPLE_INTERVAL_MS).toLocaleString('en')} samples of ${years} years, both values`,
  rows,
);
