// What the past costs, at the server, with ten years of samples of every 30 seconds: the answer at a time against the cached
// answer, the verdicts of a year, and the track record, the first time and again; and the cached answer's p99 alone and beside
// such requests, in turns. Every request is about another range, so that nothing was computed before, except "again". Wants
// wrk and taskset (Debian: wrk, util-linux), 1 GB of disk and 300 MB of memory.

import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { type Client, openClient } from './support/client.ts';
import { growthRows, inMs } from './support/growth.ts';
import { load, median, pinToLoadCore, readBeside, type Server, startService } from './support/pinned.ts';
import { type BenchStore, eachStore } from './support/stores.ts';
import { printTable } from './support/table.ts';

const options = {
  stores: { type: 'string', default: 'sqlite,redis' },
  years: { type: 'string', default: '10' },
  'quick-runs': { type: 'string', default: '301' },
  runs: { type: 'string', default: '101' },
  pairs: { type: 'string', default: '5' },
  seconds: { type: 'string', default: '3' },
} as const;
const { stores, ...given } = parseArgs({ options }).values;
const years = Number(given.years);
/** Of requests that take less than a millisecond. */
const quickRuns = Number(given['quick-runs']);
const runs = Number(given.runs);
const pairs = Number(given.pairs);
const seconds = Number(given.seconds);

const HOT = '/is-bitcoin-lit';
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const INTERVAL = 30_000;
const WARM_UP = 5;
/** More than one client requests in a turn of a few seconds. */
const PATHS = 7700;
/** How much the cached answer's p99 may grow, in milliseconds. */
const MOST_GROWTH = 5;

const END = Math.floor(Date.now() / DAY) * DAY;
const LENGTH = Math.round(years * 365.25) * DAY;
const timeText = (time: number): string => new Date(time).toISOString();

/** A request that differs with each number. */
type Question = (number: number) => string;

/** Times all over the years, some hundred thousand apart. */
const at: Question = (number) =>
  `${HOT}?at=${timeText(END - LENGTH + 4 * HOUR + ((number * 7_919_317_123) % (LENGTH - 4 * HOUR)))}`;
/** The last year, from another hour each time. */
const verdicts: Question = (number) => {
  const from = END - 366 * DAY - (number % 2000) * HOUR;
  return `/verdicts?from=${timeText(from)}&to=${timeText(from + 365 * DAY)}`;
};
/** Any year. */
const anyVerdicts: Question = (number) => {
  const from = END - 366 * DAY - ((number * 7919) % (LENGTH / HOUR - 366 * 24)) * HOUR;
  return `/verdicts?from=${timeText(from)}&to=${timeText(from + 365 * DAY)}`;
};
const record: Question = (number) => `/track-record?from=${timeText(END - LENGTH + (number % 2000) * HOUR)}`;

const QUESTIONS = [
  ['?at=', at],
  ['verdicts of a year', verdicts],
  ['track record of all', record],
] as const;

let asked = 0;
function nextPath(question: Question): string {
  asked += 1;
  return question(asked);
}

async function medianOf(client: Client, question: Question, count = runs): Promise<number> {
  const taken: number[] = [];
  for (let run = -WARM_UP; run < count; run += 1) {
    const took = await client.time('GET', nextPath(question));
    if (run >= 0) taken.push(took);
  }
  return median(taken);
}

/** Of each question, the first time since the service started: nothing is compiled or in memory. */
async function firstTimes(client: Client): Promise<string[][]> {
  const rows: string[][] = [];
  for (const [what, question] of QUESTIONS) {
    const took = await client.time('GET', nextPath(question));
    rows.push([`${what}, the first since the start`, inMs(took), '', '']);
  }
  return rows;
}

async function times(client: Client): Promise<string[][]> {
  const cached = await medianOf(client, () => HOT, quickRuns);
  const rows = [
    ['?at=, more than the cached answer', (await medianOf(client, at, quickRuns)) - cached, 0.6],
    ['verdicts of the last year', await medianOf(client, verdicts), 10],
    ['verdicts of any year', await medianOf(client, anyVerdicts), 10],
    ['track record of all, first', await medianOf(client, record), 150],
    ['track record of all, again', await medianOf(client, () => record(0)), 5],
  ] as const;
  return rows.map(([what, took, most]) => [what, inMs(took), `${most} ms`, took <= most ? 'met' : 'missed']);
}

/** The cached answer's p99 while one reader asks one question after the other. */
async function p99Beside({ address }: Server, question: Question | undefined): Promise<number> {
  const paths = question && Array.from({ length: PATHS }, () => nextPath(question));
  const beside = paths && readBeside(address, paths, seconds);
  const { p99Ms } = await load(`${address}${HOT}`, seconds);
  await beside;
  return p99Ms;
}

async function measure(store: BenchStore): Promise<void> {
  await store.fill('past', END - LENGTH, LENGTH / INTERVAL);
  await using server = await startService(store.settings('past'));
  using client = openClient(server.address);
  // The first check of the rollups is over.
  await sleep(5000);
  printTable(
    `${store.name}: medians of ${quickRuns} requests (the first row) or ${runs}, one at a time, not compressed`,
    [['request', 'median', 'at most', ''], ...(await firstTimes(client)), ...(await times(client))],
  );
  printTable(
    `${store.name}: the cached answer's p99 with 32 readers, medians of ${pairs} pairs of ${seconds} s, beside one who asks for`,
    await growthRows((question) => p99Beside(server, question), QUESTIONS, { pairs, most: MOST_GROWTH }),
  );
}

pinToLoadCore();
for await (const store of eachStore(stores)) await measure(store);
