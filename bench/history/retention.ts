// Retention with ten years of samples: RETENTION is set to one year, and the samples are deleted while one client asks for the
// cached answer and another for the history. Prints the answer's p99 before and meanwhile, a hash of the hourly history before
// and after, and the store's size. Wants taskset (Debian: util-linux), 1 GB of disk and 300 MB of memory; ten minutes.
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { openClient } from '../support/client.ts';
import { pinToLoadCore, type Server, startService } from '../support/pinned.ts';
import { type BenchStore, eachStore } from '../support/stores.ts';
import { printTable } from '../support/table.ts';

const options = {
  stores: { type: 'string', default: 'sqlite,redis' },
  years: { type: 'string', default: '10' },
  keep: { type: 'string', default: '365' },
} as const;
const { stores, ...given } = parseArgs({ options }).values;
const years = Number(given.years);
const keepDays = Number(given.keep);

const INTERVAL = 30_000;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const MOST_P99_MS = 50;
const MOST_BUCKETS = 5000;
const SET = 'retention';
const PAUSE_MS = 4;
const LIMIT_MS = 900_000;

const END = Math.floor(Date.now() / DAY) * DAY;
const LENGTH = Math.round(years * 365.25) * DAY;
const BEGIN = END - LENGTH;
const CUT = END - keepDays * DAY;
const iso = (time: number): string => new Date(time).toISOString();

/** The hash of all averages of hours and days, as the service writes them. */
async function hashOf({ address }: Server): Promise<string> {
  using client = openClient(address);
  const hash = createHash('sha256');
  for (const [bucket, width] of [
    ['1h', HOUR],
    ['1d', DAY],
  ] as const) {
    for (let from = BEGIN; from < END; from += MOST_BUCKETS * width) {
      const to = Math.min(from + MOST_BUCKETS * width, END);
      hash.update(await client.text('GET', `/history?from=${iso(from)}&to=${iso(to)}&bucket=${bucket}`));
    }
  }
  return hash.digest('hex').slice(0, 16);
}

/** The times of requests, one after the other with a short pause, until the work is done; milliseconds. */
async function timesDuring({ address }: Server, path: string, work: Promise<unknown>): Promise<number[]> {
  using client = openClient(address);
  let isDone = false;
  const times: number[] = [];
  const ended = work.finally(() => {
    isDone = true;
  });
  ended.catch(() => undefined);
  while (!isDone) {
    times.push(await client.time('GET', path));
    await sleep(PAUSE_MS);
  }
  await ended;
  return times;
}

function p99(times: readonly number[]): number {
  return times.toSorted((one, other) => one - other)[Math.floor(times.length * 0.99)] ?? Number.NaN;
}

/** Until the service logs that it has deleted the samples. */
async function untilTrimmed({ child }: Server): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  let output = '';
  child.stdout?.on('data', (part: string) => {
    output += part;
    const [, removed] = /"removed":(\d+).*samples older than RETENTION were deleted/.exec(output) ?? [];
    if (removed !== undefined) resolve(Number(removed));
  });
  child.on('exit', () => reject(new Error('the service ended')));
  const timer = setTimeout(reject, LIMIT_MS, new Error('the samples were not deleted in time'));
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
  }
}

const ANSWER = '/is-bitcoin-lit';
const HISTORY = `/history?from=${iso(END - 30 * DAY)}&to=${iso(END)}&bucket=1h`;
const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
const inMs = (value: number): string => `${value.toFixed(1)} ms`;

/** The p99 of the answer and of a history, and the longest answer. */
async function measureDuring(server: Server, work: Promise<unknown>): Promise<string[]> {
  const [answers, histories] = await Promise.all([
    timesDuring(server, ANSWER, work),
    timesDuring(server, HISTORY, work),
  ]);
  const verdict = p99(answers) < MOST_P99_MS ? 'met' : 'missed';
  return [
    String(answers.length),
    inMs(p99(answers)),
    inMs(Math.max(...answers)),
    inMs(p99(histories)),
    verdict,
  ];
}

async function measure(store: BenchStore): Promise<void> {
  await store.fill(SET, BEGIN, LENGTH / INTERVAL);
  const before = await store.bytes(SET);
  const settings = store.settings(SET);
  const rows: string[][] = [];
  let hashBefore: string;
  {
    await using server = await startService(settings);
    hashBefore = await hashOf(server);
    await measureDuring(server, sleep(3000));
    rows.push(['all kept', ...(await measureDuring(server, sleep(20_000)))]);
  }
  await using server = await startService({ ...settings, RETENTION: `${keepDays}d` });
  const began = performance.now();
  const trimmed = untilTrimmed(server);
  rows.push([`RETENTION=${keepDays}d`, ...(await measureDuring(server, trimmed))]);
  const tookS = ((performance.now() - began) / 1000).toFixed(0);
  const hashAfter = await hashOf(server);
  // The write-ahead log is copied into the file.
  await sleep(3000);
  const after = await store.bytes(SET);

  printTable(
    `${store.name}: ${years} years of samples; those older than ${keepDays} days go within ${tookS} s`,
    [['', 'answers', 'p99', 'longest', 'p99 of a history', `p99 < ${MOST_P99_MS} ms`], ...rows],
  );
  const gone = (CUT - BEGIN) / LENGTH;
  printTable(`${store.name}: ${(await trimmed).toLocaleString('en')} deleted`, [
    ['samples that went', 'size before', 'after', 'smaller by'],
    [percent(gone), megabytes(before), megabytes(after), percent(1 - after / before)],
  ]);
  const verdict = hashBefore === hashAfter ? 'unchanged' : 'CHANGED';
  console.log(`${store.name}: hours and days: ${hashBefore} before, ${hashAfter} after: ${verdict}\n`);
  if (hashBefore !== hashAfter) process.exitCode = 1;
}

pinToLoadCore();
for await (const store of eachStore(stores)) await measure(store);
