// The resident memory of the idle service after 200 reads, from a checkout and as an installed package, with 400 days of
// simulated samples, compared with a bare server.
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { median } from './support/pinned.ts';
import { BARE, installPrograms } from './support/programs.ts';
import { startServer } from './support/spawned.ts';
import { printTable } from './support/table.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const options = { runs: { type: 'string', default: '5' } } as const;
const runs = Number(parseArgs({ options }).values.runs);
const READS = 200;
const REST_MS = 2000;
const HISTORY_TIMEOUT_MS = 120_000;

using folder = temporaryFolder();
const programs = await installPrograms(folder.path);
const env = { SOURCE: 'simulated', PORT: '0', DATA_DIR: folder.path, XDG_CACHE_HOME: folder.path };

async function residentAtRest(args: readonly string[], path: string): Promise<number> {
  await using server = await startServer(args, path, env);
  for (let read = 0; read < READS; read += 1) await (await fetch(new URL(path, server.address))).text();
  await sleep(REST_MS);
  return server.residentBytes();
}

/** Runs a service until it has stored the simulated history: while it does, it is not at rest. */
async function storeHistory(program: string): Promise<void> {
  await using server = await startServer([program, 'serve'], '/is-bitcoin-lit', env);
  const until = performance.now() + HISTORY_TIMEOUT_MS;
  const oldest = new URL('/history?from=-399d&to=-398d&bucket=1d', server.address);
  while (((await (await fetch(oldest)).json()) as { buckets: unknown[] }).buckets.length === 0) {
    if (performance.now() > until) throw new Error('the history was not stored in time');
    await sleep(500);
  }
}

const service = (program: string) => residentAtRest([program, 'serve'], '/is-bitcoin-lit');

await storeHistory(programs.installed);
for (const program of [programs.checkout, programs.installed]) await service(program);
const bare: number[] = [];
const checkout: number[] = [];
const installed: number[] = [];
for (let turn = 0; turn < runs; turn += 1) {
  bare.push(await residentAtRest([BARE], '/'));
  checkout.push(await service(programs.checkout));
  installed.push(await service(programs.installed));
}
const megabytes = (sizes: readonly number[]) => `${(median(sizes) / 2 ** 20).toFixed(1)} MiB`;
const ratio = (sizes: readonly number[]) => `${(median(sizes) / median(bare)).toFixed(2)} ×`;
printTable(`rest: resident memory after ${READS} reads, median of ${runs} turns`, [
  ['', 'resident', 'times a bare server', 'target'],
  ['bare', megabytes(bare), '', ''],
  ['checkout', megabytes(checkout), ratio(checkout), '≤ 1.8 ×'],
  ['installed', megabytes(installed), ratio(installed), '≤ 1.5 ×'],
]);
