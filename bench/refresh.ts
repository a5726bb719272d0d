// What POST /refresh costs beside the bare cost of fetching and parsing the same day: the day new, and the day
// again, on each store. Ratios, measured side by side in one run.
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { launchRedis } from '../scripts/redis/start.ts';
import { startService } from '../src/assemble.ts';
import { readConfig } from '../src/config.ts';
import { simulate } from '../src/sources/simulated.ts';
import { recordedDay } from '../test/support/recorded-day.ts';

const { rounds = '30' } = parseArgs({ options: { rounds: { type: 'string' } } }).values;
const ROUNDS = Number(rounds);
const WARM_UP = 5;

/** The recorded day; where it is not here, a simulated one of the same shape and size. */
function day(): string {
  if (recordedDay) return recordedDay;
  console.log('the recorded day is not here: measured on a simulated one of the same size\n');
  const end = Math.floor(Date.now() / 30_000);
  const records = Array.from({ length: 2474 }, (_, index) => {
    const { time, price, sentiment } = simulate((end - 2474 + index) * 30_000);
    return {
      count: 7259,
      timestamp: time / 1000 + 0.3452034,
      rate: 5.48,
      last: 0.33,
      sum: 1425.82,
      mean: sentiment,
      median: 0.23,
      btc_price: String(price),
    };
  });
  return JSON.stringify(records);
}

/** The upstream, in a thread of its own, so that its work is not counted as ours. */
async function startUpstream(body: string): Promise<{ url: string; worker: Worker }> {
  const script = `
    const { createServer } = require('node:http');
    const { parentPort, workerData } = require('node:worker_threads');
    const server = createServer((request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(workerData);
    });
    server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
  `;
  const worker = new Worker(script, { eval: true, workerData: body });
  const [port] = await once(worker, 'message');
  return { url: `http://127.0.0.1:${port}/`, worker };
}

const median = (values: readonly number[]): number =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

const upstream = await startUpstream(day());
const bare = async () => (await fetch(upstream.url)).json();

/** One service; `empty` takes all samples out of its store again, past its door. */
async function measure(
  name: string,
  env: Record<string, string>,
  empty: () => Promise<void>,
): Promise<string[]> {
  const config = readConfig({
    ...env,
    PORT: '0',
    REFRESH_INTERVAL: '0',
    RATE_LIMIT: '0',
    SENTICRYPT_URL: upstream.url,
  });
  await using service = await startService({ config, observe: () => undefined });
  const refresh = async (added: number) => {
    const report = await (await fetch(`${service.address}/refresh`, { method: 'POST' })).json();
    if ((report as { added: number }).added !== added) throw new Error(`${name}: ${JSON.stringify(report)}`);
  };
  const times = { bare: [] as number[], fresh: [] as number[], again: [] as number[] };
  for (let round = -WARM_UP; round < ROUNDS; round += 1) {
    await empty();
    const one = {
      bare: await timed(bare),
      fresh: await timed(() => refresh(2474)),
      again: await timed(() => refresh(0)),
    };
    if (round < 0) continue;
    times.bare.push(one.bare);
    times.fresh.push(one.fresh);
    times.again.push(one.again);
  }
  const base = median(times.bare);
  const cell = (values: readonly number[]) =>
    `${median(values).toFixed(1)} ms = ${(median(values) / base).toFixed(2)} ×`;
  return [name, `${base.toFixed(1)} ms`, cell(times.fresh), cell(times.again)];
}

async function onSqlite(): Promise<string[]> {
  const { DatabaseSync } = await import('node:sqlite');
  const folder = mkdtempSync(join(tmpdir(), 'is-bitcoin-lit-bench-'));
  try {
    return await measure('SQLite', { DATA_DIR: folder }, async () => {
      const database = new DatabaseSync(join(folder, 'samples.sqlite'), { timeout: 1000 });
      database.exec('DELETE FROM sample');
      database.close();
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function onRedis(): Promise<string[]> {
  const { createClient } = await import('redis');
  await using redis = await launchRedis();
  const client = createClient({ url: redis.url });
  await client.connect();
  try {
    return await measure('Redis', { REDIS_URL: redis.url }, async () => {
      await client.flushAll();
    });
  } finally {
    client.destroy();
  }
}

const rows = [['store', 'bare fetch and parse', 'day new', 'day again'], await onSqlite(), await onRedis()];
await upstream.worker.terminate();
const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
console.log(`POST /refresh of 2,474 samples, medians of ${ROUNDS}; × is against the bare cost\n`);
for (const row of rows) console.log(row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('   '));
