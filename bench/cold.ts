// Compares an answer that is read from the store with a cached one, alternately, over the same samples: one service has
// no cache, the other never reads its store. Then counts the reads of the store when many clients arrive at the moment
// at which the cached answer has expired. Needs taskset (Debian: util-linux).
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createClient } from 'redis';
import { keysAt } from '../src/stores/redis/keys.ts';
import { type Client, openClient, readMetric } from './support/client.ts';
import { median, pinToLoadCore, startService } from './support/pinned.ts';
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

/** The target: milliseconds more than a cached answer. */
const MAX_EXTRA_MS: Readonly<Record<string, number>> = { SQLite: 0.3, Redis: 0.6 };

/** Long enough for the requests of all readers. */
const SHORT_TTL_MS = 400;

/**
 * Each service has its own data set, since an SQLite file serves one process; both have the last day of the same
 * market.
 */
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

async function timeAlternately(
  cached: Client,
  cold: Client,
  count: number,
): Promise<{ cached: number; cold: number }> {
  const times = { cached: [] as number[], cold: [] as number[] };
  for (let read = 0; read < count; read += 1) {
    times.cached.push(await cached.time('GET', PATH));
    times.cold.push(await cold.time('GET', PATH));
  }
  return { cached: median(times.cached), cold: median(times.cold) };
}

async function measureReads(store: BenchStore): Promise<string[]> {
  await using uncachedService = await startService(settingsOf(store, 'cold', '0'));
  await using cachedService = await startService(settingsOf(store, 'kept', '24h'));
  using cold = openClient(uncachedService.address);
  using cached = openClient(cachedService.address);
  for (const client of [cold, cached]) await client.text('POST', '/refresh');
  await dropCacheKey(store.settings('cold'));
  await timeAlternately(cached, cold, Number(reads));

  const before = await readMetric(cold, 'is_bitcoin_lit_store_read_duration_seconds_count');
  const results: { cached: number; cold: number }[] = [];
  for (let run = 0; run < Number(runs); run += 1)
    results.push(await timeAlternately(cached, cold, Number(reads)));
  const after = await readMetric(cold, 'is_bitcoin_lit_store_read_duration_seconds_count');
  if (after - before !== Number(runs) * Number(reads)) throw new Error('some reads did not reach the store');

  const extraMs = results.map((one) => one.cold - one.cached);
  const formatMs = (value: number) => `${value.toFixed(3)} ms`;
  const maxExtraMs = MAX_EXTRA_MS[store.name] ?? 0;
  return [
    store.name,
    formatMs(median(results.map((one) => one.cached))),
    formatMs(median(results.map((one) => one.cold))),
    `${formatMs(median(extraMs))} (${Math.min(...extraMs).toFixed(3)}–${Math.max(...extraMs).toFixed(3)})`,
    `${maxExtraMs} ms: ${median(extraMs) <= maxExtraMs ? 'met' : 'missed'}`,
  ];
}

async function countComputations(store: BenchStore): Promise<string[]> {
  await using service = await startService(settingsOf(store, 'crowd', `${SHORT_TTL_MS}ms`));
  using client = openClient(service.address, READERS);
  await client.text('POST', '/refresh');
  const readAll = () => Promise.all(Array.from({ length: READERS }, () => client.time('GET', PATH)));
  await readAll();
  const counts: number[] = [];
  for (let run = 0; run < 20; run += 1) {
    await sleep(SHORT_TTL_MS + 50);
    const before = await readMetric(client, 'is_bitcoin_lit_store_read_duration_seconds_count');
    await readAll();
    counts.push((await readMetric(client, 'is_bitcoin_lit_store_read_duration_seconds_count')) - before);
  }
  return [store.name, String(median(counts)), String(Math.min(...counts)), String(Math.max(...counts))];
}

pinToLoadCore();
const costs = [['store', 'cached', 'read from the store', 'extra', 'target']];
const computations = [['store', 'computations', 'minimum', 'maximum']];
for await (const store of eachStore(stores)) {
  costs.push(await measureReads(store));
  computations.push(await countComputations(store));
}
printTable(
  `GET ${PATH}, one request at a time: medians of ${runs} runs of ${reads} reads each, alternately`,
  costs,
);
printTable(`${READERS} readers at the moment when the answer has expired, 20 times`, computations);
