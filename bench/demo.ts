// The cost of the simulated market: the time from the start to the first answer, compared with SentiCrypt's feed on
// this machine, alternately; and the resident memory with 400 days, compared with a service on a copy of the same
// history. Needs Linux and taskset (Debian: util-linux). Takes about two minutes.
import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { median, pinToLoadCore, type Server, startService } from './support/pinned.ts';
import { dayFrom } from './support/snapshots.ts';
import { printTable } from './support/table.ts';
import { temporaryFolder } from './support/temporary-folder.ts';
import { startUpstream } from './support/upstream.ts';

const { runs } = parseArgs({ options: { runs: { type: 'string', default: '7' } } }).values;
const HISTORY_DAYS = 400;
const DAY_MS = 86_400_000;
const FILL_LIMIT_MS = 300_000;
/** The target: megabytes more than a service with the same history. */
const MAX_EXTRA_MB = 60;

/** Milliseconds from the start until an answer has a price, and until it also has a sentiment. */
async function timeAnswers(settings: Record<string, string>): Promise<{ first: number; whole: number }> {
  const began = performance.now();
  await using service = await startService({ ...settings, REFRESH_INTERVAL: '30s' });
  let first: number | undefined;
  for (;;) {
    const answer = await fetch(`${service.address}/is-bitcoin-lit`);
    const { hourly_average_of_averages: hours } = (await answer.json()) as {
      hourly_average_of_averages?: { sentiment: number | null }[];
    };
    if (answer.ok) first ??= performance.now() - began;
    if (first !== undefined && hours?.some(({ sentiment }) => sentiment !== null))
      return { first, whole: performance.now() - began };
    await sleep(5);
  }
}

function residentMb({ child }: Server): number {
  const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) / 1000;
}

async function countDays({ address }: Server): Promise<number> {
  const answer = await fetch(`${address}/history?from=oldest&to=now&bucket=1d`);
  const { buckets } = (await answer.json()) as { buckets?: { price: number | null }[] };
  return buckets?.filter(({ price }) => price !== null).length ?? 0;
}

/** The resident memory some seconds after the last work. */
async function settledMb(service: Server): Promise<number> {
  await sleep(10_000);
  return residentMb(service);
}

pinToLoadCore();
await using upstream = await startUpstream();
await upstream.answer(dayFrom(Date.now() - DAY_MS));
const senticrypt = { SOURCE: 'senticrypt', SENTICRYPT_URL: upstream.url };
using folder = temporaryFolder();

const pairs: { simulated: { first: number; whole: number }; senticrypt: { first: number } }[] = [];
for (let run = 0; run < Number(runs); run += 1) {
  const DATA_DIR = join(folder.path, `start-${run}`);
  const simulated = await timeAnswers({ SOURCE: 'simulated', DATA_DIR });
  pairs.push({ simulated, senticrypt: await timeAnswers({ ...senticrypt, DATA_DIR }) });
}
const ratioOf = (part: 'first' | 'whole') =>
  median(pairs.map(({ simulated, senticrypt: other }) => simulated[part] / other.first)).toFixed(2);
printTable(`From a start to an answer: medians of ${runs} runs, beside the first answer with SentiCrypt`, [
  ['answer', 'simulated', 'ratio'],
  ['with a price', `${median(pairs.map((pair) => pair.simulated.first)).toFixed(0)} ms`, ratioOf('first')],
  [
    'with a sentiment',
    `${median(pairs.map((pair) => pair.simulated.whole)).toFixed(0)} ms`,
    ratioOf('whole'),
  ],
]);

const DATA_DIR = join(folder.path, 'demo');
const copy = join(folder.path, 'copy');
let simulatedMb: number;
const began = performance.now();
let filledMs: number;
{
  await using service = await startService({ SOURCE: 'simulated', REFRESH_INTERVAL: '30s', DATA_DIR });
  while ((await countDays(service)) < HISTORY_DAYS) {
    if (performance.now() - began > FILL_LIMIT_MS)
      throw new Error('the history is not complete within five minutes');
    await sleep(500);
  }
  filledMs = performance.now() - began;
  simulatedMb = await settledMb(service);
}
mkdirSync(copy);
copyFileSync(join(DATA_DIR, 'simulated.sqlite'), join(copy, 'samples.sqlite'));
await using plain = await startService({ ...senticrypt, REFRESH_INTERVAL: '30s', DATA_DIR: copy });
const plainMb = await settledMb(plain);
const more = simulatedMb - plainMb;
printTable(`Resident memory with ${HISTORY_DAYS} days, which took ${(filledMs / 1000).toFixed(0)} s`, [
  ['simulated', 'the same history', 'more', 'target'],
  [
    `${simulatedMb.toFixed(0)} MB`,
    `${plainMb.toFixed(0)} MB`,
    `${more.toFixed(0)} MB`,
    `${MAX_EXTRA_MB} MB: ${more <= MAX_EXTRA_MB ? 'met' : 'missed'}`,
  ],
]);
