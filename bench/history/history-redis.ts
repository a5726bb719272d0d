// What the history costs in Redis, at the store: ten years loaded by the store's own append, buckets of all widths, samples older
// than all that is kept, a look whether others changed something, and memory. Wants 250 MB of memory, and a few minutes.
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

const INTERVAL = 30_000;
const WARM_UP = 5;
const SAMPLES_OF_A_DAY = DAY / INTERVAL;
const END = Math.floor(Date.now() / DAY) * DAY;
const BEGIN = END - Math.round(years * 365.25) * DAY;

/** What a caller of append sends at once, and how many of these are under way. */
const BATCH = 3840;
const UNDER_WAY = 4;

const { signal } = new AbortController();
await using redis = await launchRedis();
using admin = await openAdmin();
const address = parseRedisAddress(redis.url);
if (!address) throw new Error('it is no address');
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

/** Of one call since the last time, in milliseconds: how long it held Redis' only thread. */
async function longestHold(): Promise<string> {
  const slow = (await admin.sendCommand(['SLOWLOG', 'GET', '-1'])) as unknown as [number, number, number][];
  await admin.sendCommand(['SLOWLOG', 'RESET']);
  const longest = Math.max(0, ...slow.map(([, , microseconds]) => microseconds)) / 1000;
  return longest === 0 ? 'below 1 ms' : `${longest.toFixed(1)} ms`;
}

/** Values that look like noise, so that they do not compress better than real ones. */
function* samplesOf(from: number, to: number): Generator<Sample[]> {
  let batch: Sample[] = [];
  for (let time = from; time < to; time += INTERVAL) {
    const number = time / INTERVAL;
    const price = 30_000 + ((number * 7919) % 100_003) / 100;
    batch.push({ time, price, sentiment: (((number * 31) % 199) - 99) / 100 });
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** Samples a second. */
async function append(from: number, to: number): Promise<number> {
  const began = performance.now();
  let added = 0;
  const underWay: Promise<{ added: number }>[] = [];
  for (const batch of samplesOf(from, to)) {
    if (underWay.length === UNDER_WAY) added += (await underWay.shift())?.added ?? 0;
    underWay.push(store.append(batch, signal));
  }
  for (const report of await Promise.all(underWay)) added += report.added;
  const count = (to - from) / INTERVAL;
  if (added !== count) throw new Error(`${added} of ${count} samples were added`);
  return count / ((performance.now() - began) / 1000);
}

async function timed<T>(work: () => Promise<T>): Promise<{ median: number; last: T }> {
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

const perSecond = (value: number): string => `${Math.round(value).toLocaleString('en')}/s`;
const inMs = (value: number): string => `${value.toFixed(1)} ms`;

const before = await usedMemory();
const inOrder = await append(BEGIN, END);
const bytes = ((await usedMemory()) - before) / ((END - BEGIN) / INTERVAL);
const rows = [
  ['', 'measured', 'one call, at most'],
  ['append in order', perSecond(inOrder), await longestHold()],
  ['a pair kept, rollups included', `${bytes.toFixed(1)} bytes`, ''],
];

const build = performance.now();
await admin.del('bench:rollups');
await store.repair(signal);
rows.push(['rollups of all made anew', inMs(performance.now() - build), await longestHold()]);
const idle = await timed(() => store.repair(signal));
if (idle.last) throw new Error('there was something to be mended');
rows.push(['a look, nothing to be mended', inMs(idle.median), await longestHold()]);

for (const [what, from, to, width] of [
  ['all', BEGIN, END, '1w'],
  ['all', BEGIN, END, '1d'],
  ['a year', END - 365 * DAY, END, '1d'],
  ['30 days', END - 30 * DAY, END, '1h'],
  ['5,000 of the oldest', BEGIN, BEGIN + 5000 * WIDTHS['4h'], '4h'],
  ['a day', END - DAY, END, '5m'],
  ['an old day', BEGIN + 10 * DAY, BEGIN + 11 * DAY, '5m'],
  ['5,000 of the newest', END - 5000 * WIDTHS['15m'], END, '15m'],
  ['5,000 of the oldest', BEGIN, BEGIN + 5000 * WIDTHS['15m'], '15m'],
] as const) {
  const { median: duration, last } = await timed(() => countBuckets(from, to, width));
  rows.push([`${what} at ${width}: ${last} buckets`, inMs(duration), await longestHold()]);
}

const again = await timed(async () => {
  for (const batch of samplesOf(END - DAY, END)) await store.append(batch, signal);
});
rows.push([`a day again: ${SAMPLES_OF_A_DAY} samples`, inMs(again.median), await longestHold()]);
const late = await append(BEGIN - Number(given['late-days']) * DAY, BEGIN);
rows.push([`${given['late-days']} days older than all`, perSecond(late), await longestHold()]);
const began = performance.now();
const removed = await store.remove({ from: BEGIN, to: BEGIN + 30 * DAY }, signal);
rows.push([`remove 30 days: ${removed} samples`, inMs(performance.now() - began), await longestHold()]);
if (await store.repair(signal)) throw new Error('there was something to be mended');

printTable(
  `Redis, ${((END - BEGIN) / INTERVAL).toLocaleString('en')} samples of ${years} years, both values`,
  rows,
);
