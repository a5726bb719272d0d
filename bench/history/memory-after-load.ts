// Whether the service gives memory back: resident at rest, after another process has imported ten years, and after 1,000
// histories of up to 860 kB, and after 200 times the verdicts of a year (1.4 MB).
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { writeBundle } from '../../scripts/bundle.ts';
import { sampleRows } from '../../src/import-export/export-rows.ts';
import { openClient } from '../support/client.ts';
import { runCommand } from '../support/commands.ts';
import { startServer } from '../support/spawned.ts';
import { type BenchStore, eachStore } from '../support/stores.ts';
import { printTable } from '../support/table.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const options = {
  stores: { type: 'string', default: 'sqlite,redis' },
  years: { type: 'string', default: '10' },
  histories: { type: 'string', default: '1000' },
  verdicts: { type: 'string', default: '200' },
} as const;
const { stores, years, histories, verdicts } = parseArgs({ options }).values;

const INTERVAL_MS = 30_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const COUNT = Math.round((Number(years) * 365.25 * DAY_MS) / INTERVAL_MS);
const END = Math.floor(Date.now() / DAY_MS) * DAY_MS;
const START = END - COUNT * INTERVAL_MS;
const READS = 200;
/** Seconds after the last request. */
const RESTS = [2, 30, 100];
const MOST = 1.2;

async function writeSamples(path: string, from: number, count: number): Promise<string> {
  const { head, rows } = await sampleRows('csv');
  function* parts(): Generator<string | Uint8Array> {
    yield head;
    for (let done = 0; done < count; done += 10_000) {
      const samples = Array.from({ length: Math.min(10_000, count - done) }, (_, index) => ({
        time: from + (done + index) * INTERVAL_MS,
        price: 30_000 + (((done + index) * 7919) % 100_003) / 100,
        sentiment: ((((done + index) * 31) % 199) - 99) / 100,
      }));
      yield rows(samples);
    }
  }
  await pipeline(Readable.from(parts()), createWriteStream(path));
  return path;
}

const iso = (time: number): string => new Date(time).toISOString();

/** Each asks for another range, so that none comes from memory. */
const PATHS: readonly ((turn: number) => string)[] = [
  (turn) => `bucket=1d&from=${iso(START + turn * 60_000)}&to=${iso(END)}`,
  (turn) => `bucket=1h&from=${iso(START + turn * DAY_MS)}&to=${iso(START + (turn + 30) * DAY_MS)}`,
  (turn) => `bucket=15m&from=${iso(START + turn * DAY_MS)}&to=${iso(START + (turn + 52) * DAY_MS)}`,
];

/** Any year. */
function verdictsPath(turn: number): string {
  const from = START + ((turn * 7919 * HOUR_MS) % (END - START - 365 * DAY_MS));
  return `/verdicts?from=${iso(from)}&to=${iso(from + 365 * DAY_MS)}`;
}

async function measure(store: BenchStore, first: string, file: string): Promise<void> {
  const settings = store.settings('after-load');
  const env = { SOURCE: 'senticrypt', PORT: '0', REFRESH_INTERVAL: '0', RATE_LIMIT: '0', ...settings };
  await using server = await startServer([program, 'serve'], '/health/live', env);
  using client = openClient(server.address);
  const rows = [['', ...RESTS.map((seconds) => `${seconds} s later`)]];
  let rest = Number.NaN;
  const measureRest = async (name: string) => {
    const cells: string[] = [];
    let waited = 0;
    for (const seconds of RESTS) {
      await sleep((seconds - waited) * 1000);
      waited = seconds;
      const resident = server.residentBytes();
      if (Number.isNaN(rest)) rest = resident;
      cells.push(`${(resident / 2 ** 20).toFixed(1)} MiB, ${(resident / rest).toFixed(2)} × (≤ ${MOST})`);
    }
    rows.push([name, ...cells]);
  };
  await runCommand(['import', first, '--json'], settings);
  for (let read = 0; read < READS; read += 1) await client.time('GET', '/is-bitcoin-lit');
  await measureRest('at rest');
  await runCommand(['import', file, '--json'], settings);
  await measureRest(`after an import of ${years} years`);
  for (let turn = 0; turn < Number(histories); turn += 1)
    await client.time('GET', `/history?${PATHS[turn % PATHS.length]?.(turn)}`);
  await measureRest(`after ${histories} histories`);
  for (let turn = 0; turn < Number(verdicts); turn += 1) await client.time('GET', verdictsPath(turn));
  await measureRest(`after ${verdicts} times the verdicts of a year`);
  printTable(store.name, rows);
}

const program = await writeBundle();
using folder = temporaryFolder();
const first = await writeSamples(join(folder.path, 'first.csv'), START - INTERVAL_MS, 1);
const file = await writeSamples(join(folder.path, 'years.csv'), START, COUNT);
for await (const store of eachStore(stores)) await measure(store, first, file);
