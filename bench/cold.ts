// What an answer costs that has to be read from the store, beside a kept one: every read of the one service goes to the
// store, every read of the other to its copy, over the same samples, in turns. Then how often the store is read when many
// readers come at the moment at which the copy has gone old. Wants taskset (Debian: util-linux).
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createClient } from 'redis';
import { keysAt } from '../src/stores/redis/keys.ts';
import { type Client, openClient, readMetric } from './support/client.ts';
import { median, startService, stayOffTheServersCore } from './support/pinned.ts';
import { type BenchStore, eachStore } from './support/stores.ts';
import { printTable } from './support/table.ts';

const options = {
  stores: { type: 'string', default: 'sqlite,redis' },
  runs: { type: 'string', default: '7' },
  reads: { type: 'string', default: '1000' },
} as const;
const { stores, runs, reads } = parseArgs({ options }).values;
const PATH = '/is-bitcoin-lit';
const READERS = 64;

/** The target: milliseconds more than a kept one. */
const MOST: Readonly<Record<string, number>> = { SQLite: 0.3, Redis: 0.6 };

/** Long enough for all readers to come within it, in milliseconds. */
const SHORT_TRUST = 400;

/** In a set of its own, since SQLite's file has one server; both hold the last day of the same market. */
const settingsOf = (store: BenchStore, set: string, timeToLive: string) => ({
  ...store.settings(set),
  SOURCE: 'simulated',
  CACHE_TTL: timeToLive,
});

async function dropCacheKey({ REDIS_URL: url, KEY_PREFIX: prefix }: Record<string, string>): Promise<void> {
  if (!url || !prefix) return;
  const client = await createClient({ url }).connect();
  await client.del(keysAt({ kind: 'server' }, prefix).cache);
  client.destroy();
}

async function inTurns(kept: Client, cold: Client, count: number): Promise<{ kept: number; cold: number }> {
  const times = { kept: [] as number[], cold: [] as number[] };
  for (let read = 0; read < count; read += 1) {
    times.kept.push(await kept.time('GET', PATH));
    times.cold.push(await cold.time('GET', PATH));
  }
  return { kept: median(times.kept), cold: median(times.cold) };
}

async function measureReads(store: BenchStore): Promise<string[]> {
  await using coldService = await startService(settingsOf(store, 'cold', '0'));
  await using keptService = await startService(settingsOf(store, 'kept', '24h'));
  using cold = openClient(coldService.address);
  using kept = openClient(keptService.address);
  for (const client of [cold, kept]) await client.text('POST', '/refresh');
  await dropCacheKey(store.settings('cold'));
  await inTurns(kept, cold, Number(reads));

  const before = await readMetric(cold, 'is_bitcoin_lit_store_read_duration_seconds_count');
  const results: { kept: number; cold: number }[] = [];
  for (let run = 0; run < Number(runs); run += 1) results.push(await inTurns(kept, cold, Number(reads)));
  const after = await readMetric(cold, 'is_bitcoin_lit_store_read_duration_seconds_count');
  if (after - before !== Number(runs) * Number(reads)) throw new Error('not every read went to the store');

  const more = results.map((one) => one.cold - one.kept);
  const inMs = (value: number) => `${value.toFixed(3)} ms`;
  const most = MOST[store.name] ?? 0;
  return [
    store.name,
    inMs(median(results.map((one) => one.kept))),
    inMs(median(results.map((one) => one.cold))),
    `${inMs(median(more))} (${Math.min(...more).toFixed(3)}–${Math.max(...more).toFixed(3)})`,
    `${most} ms: ${median(more) <= most ? 'met' : 'missed'}`,
  ];
}

async function countComputations(store: BenchStore): Promise<string[]> {
  await using service = await startService(settingsOf(store, 'crowd', `${SHORT_TRUST}ms`));
  using client = openClient(service.address, READERS);
  await client.text('POST', '/refresh');
  const all = () => Promise.all(Array.from({ length: READERS }, () => client.time('GET', PATH)));
  await all();
  const counts: number[] = [];
  for (let run = 0; run < 20; run += 1) {
    await sleep(SHORT_TRUST + 50);
    const before = await readMetric(client, 'is_bitcoin_lit_store_read_duration_seconds_count');
    await all();
    counts.push((await readMetric(client, 'is_bitcoin_lit_store_read_duration_seconds_count')) - before);
  }
  return [store.name, String(median(counts)), String(Math.min(...counts)), String(Math.max(...counts))];
}

stayOffTheServersCore();
const costs = [['store', 'kept', 'read from the store', 'more', 'target']];
const computations = [['store', 'computations', 'least', 'most']];
for await (const store of eachStore(stores)) {
  costs.push(await measureReads(store));
  computations.push(await countComputations(store));
}
printTable(
  `GET ${PATH}, one after the other: medians of ${runs} runs of ${reads} reads each, in turns`,
  costs,
);
printTable(`${READERS} readers at the moment when the answer has gone old, 20 times`, computations);
