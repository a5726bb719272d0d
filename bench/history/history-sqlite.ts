// The cost of the history without a service: appending samples in order and older than all stored ones, including hours
// and days; their size; and reading buckets. Needs 400 MB of disk for ten years.
import process from 'node:process';
import { parseArgs } from 'node:util';
import type { Sample } from '../../src/domain/sample.ts';
import { DAY, WIDTHS, type Width, widen } from '../../src/domain/time/bucket-width.ts';
import type { Range } from '../../src/domain/time/range.ts';
import type { SampleStore } from '../../src/stores/sample-store.ts';
import { median } from '../support/pinned.ts';
import { type BenchStore, eachStore } from '../support/stores.ts';
import { printTable } from '../support/table.ts';

const options = {
  stores: { type: 'string', default: 'sqlite,redis' },
  years: { type: 'string', default: '10' },
  runs: { type: 'string', default: '25' },
  batch: { type: 'string', default: '10000' },
} as const;
const { stores, ...given } = parseArgs({ options }).values;
const years = Number(given.years);
const runs = Number(given.runs);
const batch = Number(given.batch);

const SAMPLE_INTERVAL_MS = 30_000;
const SAMPLES_PER_DAY = DAY / SAMPLE_INTERVAL_MS;
const END = Math.floor(Date.now() / DAY) * DAY;
const COUNT = Math.round(years * 365.25) * SAMPLES_PER_DAY;
const START = END - COUNT * SAMPLE_INTERVAL_MS;
const { signal } = new AbortController();

/** Values like noise, so that they do not compress better than real ones. */
const sampleAt = (number: number): Sample => ({
  time: START + number * SAMPLE_INTERVAL_MS,
  price: 30_000 + ((Math.abs(number) * 7919) % 100_003) / 100,
  sentiment: (((Math.abs(number) * 31) % 199) - 99) / 100,
});

/** @returns thousands of samples per second, without the time to create them. */
async function append(store: SampleStore, first: number, count: number): Promise<number> {
  let spent = 0;
  for (let done = 0; done < count; done += batch) {
    const size = Math.min(batch, count - done);
    const samples = Array.from({ length: size }, (_, index) => sampleAt(first + done + index));
    const began = performance.now();
    const { added } = await store.append(samples, signal);
    spent += performance.now() - began;
    if (added !== size) throw new Error(`${added} of ${size} samples were added`);
  }
  return count / spent;
}

async function count(store: SampleStore, range: Range, width: Width): Promise<number> {
  let buckets = 0;
  for await (const slice of store.buckets(widen(range, width), width)) buckets += slice.length;
  return buckets;
}

/** [description, milliseconds before the end, bucket width, target in milliseconds] */
const QUERIES: readonly (readonly [what: string, since: number, width: Width, limit: number])[] = [
  [`${years} years at 1w`, COUNT * SAMPLE_INTERVAL_MS, WIDTHS['1w'], 20],
  [`${years} years at 1d`, COUNT * SAMPLE_INTERVAL_MS, WIDTHS['1d'], 20],
  ['a year at 1d', 365 * DAY, WIDTHS['1d'], 20],
  ['30 days at 1h', 30 * DAY, WIDTHS['1h'], 20],
  ['a day at 5m', DAY, WIDTHS['5m'], 20],
  ['5,000 × 4h', 5000 * WIDTHS['4h'], WIDTHS['4h'], 150],
  ['5,000 × 15m', 5000 * WIDTHS['15m'], WIDTHS['15m'], 150],
];

async function measureReads(store: SampleStore): Promise<string[][]> {
  const rows: string[][] = [];
  for (const [what, since, width, limit] of QUERIES) {
    const range = { from: Math.max(START, END - since), to: END };
    const buckets = await count(store, range, width);
    const times: number[] = [];
    for (let run = 0; run < runs; run += 1) {
      const began = performance.now();
      await count(store, range, width);
      times.push(performance.now() - began);
    }
    const took = median(times);
    rows.push([what, `${buckets}`, `${took.toFixed(1)} ms`, took <= limit ? 'met' : 'missed']);
  }
  return rows;
}

/** The least rate in thousands of samples per second, and the most bytes per sample pair. */
const TARGETS: Readonly<Record<string, { inOrder: number; bytes: number }>> = {
  SQLite: { inOrder: 300, bytes: 32 },
  Redis: { inOrder: 150, bytes: 18 },
};
const MIN_LATE_RATE = 30;

async function measure({ name, open, bytes }: BenchStore): Promise<void> {
  const { inOrder = 0, bytes: most = 0 } = TARGETS[name] ?? {};
  await using store = await open('history');
  const rate = await append(store, 0, COUNT);
  const residentMb = process.memoryUsage().rss / 1e6;
  const bytesPerSample = (await bytes('history')) / COUNT;
  const read = await measureReads(store);
  const year = Math.min(COUNT, 365 * SAMPLES_PER_DAY);
  const lateRate = await append(store, -year, year);
  printTable(`${name}, ${COUNT.toLocaleString('en')} samples appended ${batch} at a time`, [
    ['', 'measured', 'target'],
    ['in order', `${rate.toFixed(0)} k/s`, rate >= inOrder ? 'met' : 'missed'],
    ['a year of older samples', `${lateRate.toFixed(0)} k/s`, lateRate >= MIN_LATE_RATE ? 'met' : 'missed'],
    ['bytes per sample pair', bytesPerSample.toFixed(1), bytesPerSample <= most ? 'met' : 'missed'],
    ['memory of the process', `${residentMb.toFixed(0)} MB`, ''],
  ]);
  printTable(`${name}, buckets read from the store, medians of ${runs}`, [
    ['', 'buckets', 'time', 'target'],
    ...read,
  ]);
}

for await (const store of eachStore(stores)) await measure(store);
