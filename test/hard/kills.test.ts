import assert from 'node:assert/strict';
import { once } from 'node:events';
import { watch } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Sample } from '../../src/domain/sample.ts';
import { postRefresh } from '../support/clients/refresh-client.ts';
import { seededRandom } from '../support/data/random.ts';
import { onSqlite } from '../support/faults/stores.ts';
import { serve } from '../support/processes/process.ts';
import { createDedicatedRedis, type DedicatedRedis } from '../support/stores/dedicated-redis.ts';
import { needsRedis } from '../support/stores/redis.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { BATCH_SIZE, type BatchFeed, startBatchFeed } from '../support/upstreams/batch-feed.ts';

/** Each kill takes a second, so there are fewer with `CI` set. The full size is `KILLS=100 CHECKPOINT_KILLS=100`. */
const { CI, KILLS = CI ? '30' : '100', CHECKPOINT_KILLS = '12' } = process.env;

/** The number of stores that are tested at the same time: starting a service takes long, and mostly one core. */
const PARALLEL_STORES = 4;

type Settings = Readonly<Record<string, string>>;

/** A refresh takes 3 to 10 ms, so a kill within this time happens during one of the first refreshes. */
const MAX_KILL_DELAY_MS = 25;

/** Refreshes until a kill prevents an acknowledgement. */
async function refreshUntilKilled(
  address: string,
  batches: BatchFeed,
  { random, kill }: { random: () => number; kill: () => Promise<unknown> },
): Promise<void> {
  for (let quiet = Math.floor(random() * 5); quiet > 0; quiet -= 1) await refresh(address, batches);
  const killed = sleep(random() * MAX_KILL_DELAY_MS).then(kill);
  while (await refresh(address, batches));
  await killed;
}

/** @returns whether it was acknowledged. */
async function refresh(address: string, batches: BatchFeed): Promise<boolean> {
  const { outcome, added } = await postRefresh(address);
  if (outcome !== '200') return false;
  // None if the batch was stored already by a refresh that was killed before its response.
  assert.ok(added === BATCH_SIZE || added === 0, `${added} of ${BATCH_SIZE} were added`);
  batches.acknowledge();
  return true;
}

/** Asserts that all acknowledged samples are stored once and unchanged, and otherwise at most the whole last batch. */
function assertAcknowledgedStored(rows: readonly Sample[], { acknowledged, current }: BatchFeed): void {
  const expected = rows.length > acknowledged.length ? [...acknowledged, ...current()] : acknowledged;
  assert.equal(rows.length, expected.length);
  for (const [index, row] of rows.entries()) assert.deepEqual(row, expected[index]);
}

/** Fills Node.js' compile cache by a service that stops normally, which makes later starts a third shorter. */
async function warmCompileCache(t: TestContext): Promise<Settings> {
  const settings = { RATE_LIMIT: '0', NODE_COMPILE_CACHE: temporaryFolder(t) };
  const { child, ended } = await serve(t, { ...settings, DATA_DIR: temporaryFolder(t) });
  child.kill('SIGTERM');
  await ended;
  return settings;
}

interface KillRun {
  readonly kills: number;
  readonly random: () => number;
  readonly settings: Settings;
}

/** Runs a test on several stores at the same time. */
async function runInParallel(
  t: TestContext,
  kills: number,
  run: (t: TestContext, killRun: KillRun) => Promise<BatchFeed>,
): Promise<void> {
  const random = seededRandom(t);
  const settings = await warmCompileCache(t);
  const runs = Array.from({ length: PARALLEL_STORES }, (_, index) => ({
    ...{ kills: Math.ceil(kills / PARALLEL_STORES), settings },
    random: random(index),
  }));
  const all = await Promise.all(runs.map((one) => run(t, one)));
  const count = all.reduce((sum, { acknowledged }) => sum + acknowledged.length / BATCH_SIZE, 0);
  t.diagnostic(`${count} refreshes were acknowledged`);
  assert.ok(count > kills / 4, `${count} refreshes were acknowledged`);
}

async function killServices(t: TestContext, { kills, random, settings }: KillRun): Promise<BatchFeed> {
  const { env, path } = await onSqlite(t);
  const batches = await startBatchFeed(t);
  for (let count = 0; count < kills; count += 1) {
    const { address, child, ended } = await serve(t, { ...settings, ...env, SENTICRYPT_URL: batches.url });
    const kill = async () => {
      child.kill('SIGKILL');
      await ended;
    };
    await refreshUntilKilled(address, batches, { random, kill });
  }
  assertFileIsComplete(path, batches);
  return batches;
}

/** Kills during checkpoints: with a write-ahead log, nothing else writes to the database file itself. */
async function killInCheckpoints(t: TestContext, { kills, random, settings }: KillRun): Promise<BatchFeed> {
  const { env, path } = await onSqlite(t);
  const batches = await startBatchFeed(t);
  for (let count = 0; count < kills; count += 1) {
    const service = await serve(t, { ...settings, ...env, SENTICRYPT_URL: batches.url });
    const { address, child, ended } = service;
    for (let quiet = Math.floor(random() * 5); quiet > 0; quiet -= 1) await refresh(address, batches);
    const watcher = watch(path);
    let isKilled = false;
    const killed = once(watcher, 'change').then(async () => {
      // Half of the kills come at once, because some checkpoints end within a millisecond.
      const delay = (random() - 0.5) * 4;
      if (delay > 0) await sleep(delay);
      child.kill('SIGKILL');
      await ended;
      isKilled = true;
    });
    for (const deadline = Date.now() + 30_000; !isKilled; ) {
      assert.ok(Date.now() < deadline, `there was no checkpoint\n${service.output()}`);
      await refresh(address, batches);
    }
    await killed;
    watcher.close();
    // The file is complete before another process opens it.
    if (count % 5 === 0) assertFileIsComplete(path, batches);
  }
  assertFileIsComplete(path, batches);
  return batches;
}

function assertFileIsComplete(path: string, batches: BatchFeed): void {
  using database = new DatabaseSync(path);
  assert.deepEqual({ ...database.prepare('PRAGMA integrity_check').get() }, { integrity_check: 'ok' });
  const rows = database.prepare('SELECT time, price, sentiment FROM sample ORDER BY time').all();
  assertAcknowledgedStored(
    rows.map((row) => ({ ...row }) as unknown as Sample),
    batches,
  );
}

const APPEND_ONLY = ['--appendonly', 'yes', '--appendfsync', 'always'];

async function samplesIn(redis: DedicatedRedis): Promise<Sample[]> {
  const range = async (name: string) =>
    (await redis.command('TS.RANGE', `is-bitcoin-lit:${name}:mean:30s`, '-', '+')) as [number, number][];
  const [prices, sentiments] = [await range('price'), await range('sentiment')];
  assert.deepEqual(
    prices.map(([time]) => time),
    sentiments.map(([time]) => time),
  );
  return prices.map(([time, price], index) => ({
    time,
    price: Number(price),
    sentiment: Number(sentiments[index]?.[1]),
  }));
}

/** Kills the service and Redis in turn. */
async function killServiceAndRedis(t: TestContext, { kills, random, settings }: KillRun): Promise<BatchFeed> {
  const redis = await createDedicatedRedis(t);
  await redis.start(...APPEND_ONLY);
  const batches = await startBatchFeed(t);
  const url = `redis://127.0.0.1:${redis.port}`;
  const start = () => serve(t, { ...settings, REDIS_URL: url, SENTICRYPT_URL: batches.url });
  let service = await start();
  for (let count = 0; count < kills; count += 2) {
    const { address, child, ended } = service;
    await refreshUntilKilled(address, batches, { random, kill: redis.kill });
    await redis.start(...APPEND_ONLY);
    const deadline = Date.now() + 5000;
    while (!(await refresh(address, batches))) assert.ok(Date.now() < deadline, 'the service recovers');

    const kill = async () => {
      child.kill('SIGKILL');
      await ended;
    };
    await refreshUntilKilled(address, batches, { random, kill });
    service = await start();
  }
  assertAcknowledgedStored(await samplesIn(redis), batches);
  return batches;
}

test('kill -9 of a service on SQLite, again and again', (t) => runInParallel(t, Number(KILLS), killServices));

test('kill -9 of a service on SQLite, in the middle of its checkpoints', (t) =>
  runInParallel(t, Number(CHECKPOINT_KILLS), killInCheckpoints));

test('kill -9 of a service and of its Redis, in turns', needsRedis, (t) =>
  runInParallel(t, Number(KILLS), killServiceAndRedis),
);
