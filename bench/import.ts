// What an import of years costs: samples a second out of a CSV file into an empty store and into one that holds
// newer ones only, the memory that it takes, and how long a service over the same store takes to answer meanwhile.
// Wants taskset (Debian: util-linux), 0.9 GB of disk and 200 MB of memory for ten years.
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { sampleRows } from '../src/import-export/export-rows.ts';
import { openClient } from './support/client.ts';
import { runCommand } from './support/commands.ts';
import { type Server, startService } from './support/pinned.ts';
import { type BenchStore, eachStore } from './support/stores.ts';
import { printTable } from './support/table.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const options = {
  stores: { type: 'string', default: 'sqlite,redis' },
  years: { type: 'string', default: '10' },
  /** Of the import of older samples. */
  late: { type: 'string', default: '1' },
} as const;
const { stores, ...given } = parseArgs({ options }).values;

const INTERVAL = 30_000;
const DAY = 86_400_000;
const samplesOf = (years: number) => Math.round((years * 365.25 * DAY) / INTERVAL);
const COUNT = samplesOf(Number(given.years));
const LATE = samplesOf(Number(given.late));
const END = Math.floor(Date.now() / DAY) * DAY;

/** Between two questions to the service. Milliseconds. */
const PACE = 5;

const TARGETS = {
  SQLite: { ordered: 300_000, late: 30_000 },
  Redis: { ordered: 150_000, late: 30_000 },
} as const;
const MOST_MEMORY = 250;
const LONGEST_ANSWER = 50;

/** Values that look like noise, as an export writes them. */
async function writeCsv(path: string, from: number, count: number): Promise<string> {
  const { head, rows } = await sampleRows('csv');
  function* parts(): Generator<string | Uint8Array> {
    yield head;
    for (let done = 0; done < count; done += 10_000) {
      const samples = Array.from({ length: Math.min(10_000, count - done) }, (_, index) => ({
        time: from + (done + index) * INTERVAL,
        price: 30_000 + (((done + index) * 7919) % 100_003) / 100,
        sentiment: ((((done + index) * 31) % 199) - 99) / 100,
      }));
      yield rows(samples);
    }
  }
  await pipeline(Readable.from(parts()), createWriteStream(path));
  return path;
}

interface Import {
  readonly perSecond: number;
  /** MB. */
  readonly memory: number;
}

async function importFile(file: string, count: number, settings: Record<string, string>): Promise<Import> {
  const { output, seconds, memory } = await runCommand(['import', file, '--json'], settings);
  const { added } = JSON.parse(output);
  if (added !== count) throw new Error(`the import added ${added}: ${output}`);
  return { perSecond: count / seconds, memory };
}

/** The 99th percentile of the service's answers, in milliseconds, while something is done. */
async function answersDuring<T>(
  service: Server,
  work: () => Promise<T>,
): Promise<{ p99: number; result: T }> {
  using client = openClient(service.address);
  const times: number[] = [];
  let isOver = false;
  const working = work().finally(() => {
    isOver = true;
  });
  while (!isOver) {
    times.push(await client.time('GET', '/is-bitcoin-lit'));
    await sleep(PACE);
  }
  times.sort((one, other) => one - other);
  return { p99: times[Math.floor(times.length * 0.99)] ?? Number.NaN, result: await working };
}

async function measure(store: BenchStore, ordered: string, late: string): Promise<void> {
  const target = TARGETS[store.name as keyof typeof TARGETS];
  const alone = await importFile(ordered, COUNT, store.settings('alone'));
  // One sample, so that there is an answer.
  await store.fill('served', END + INTERVAL, 1);
  await using service = await startService({ ...store.settings('served'), STALE_AFTER: '30d' });
  const beside = await answersDuring(service, () => importFile(ordered, COUNT, store.settings('served')));
  const older = await answersDuring(service, () => importFile(late, LATE, store.settings('served')));

  const verdict = (isMet: boolean) => (isMet ? 'met' : 'missed');
  const row = (
    what: string,
    { perSecond, memory }: Import,
    least: number | undefined,
    p99: number | undefined,
  ) => [
    what,
    `${Math.round(perSecond).toLocaleString('en')}/s`,
    least ? `${least.toLocaleString('en')}/s ${verdict(perSecond >= least)}` : '',
    `${Math.round(memory)} MB ${verdict(memory < MOST_MEMORY)}`,
    p99 === undefined ? '' : `${p99.toFixed(1)} ms ${verdict(p99 < LONGEST_ANSWER)}`,
  ];
  printTable(
    `${store.name}: CSV of ${COUNT.toLocaleString('en')} samples in order, then ${LATE.toLocaleString('en')} older than all`,
    [
      [
        '',
        'samples',
        'target',
        `memory, at most ${MOST_MEMORY} MB`,
        `p99 of answers, at most ${LONGEST_ANSWER} ms`,
      ],
      row('into an empty store', alone, target.ordered, undefined),
      row('the same while a service answers', beside.result, undefined, beside.p99),
      row('older than all that is kept, while it answers', older.result, target.late, older.p99),
    ],
  );
}

using folder = temporaryFolder();
const from = END - COUNT * INTERVAL;
const ordered = await writeCsv(join(folder.path, 'ordered.csv'), from, COUNT);
const late = await writeCsv(join(folder.path, 'late.csv'), from - LATE * INTERVAL, LATE);
for await (const store of eachStore(stores)) await measure(store, ordered, late);
