import assert from 'node:assert/strict';
import { once } from 'node:events';
import { watch } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Sample } from '../../src/domain/sample.ts';
import { post } from '../support/clients/poster.ts';
import { seededRandom } from '../support/data/random.ts';
import { serve } from '../support/processes/process.ts';
import { BATCH, type Batches, startBatches } from '../support/stores/batches.ts';
import { type OwnRedis, ownRedis } from '../support/stores/own-redis.ts';
import { needsRedis } from '../support/stores/redis.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { onFile } from '../support/web/stages.ts';

/** With `CI` set there are fewer, since each takes a second. Full size by hand: `KILLS=100 CHECKPOINT_KILLS=100`. */
const { CI, KILLS = CI ? '30' : '100', CHECKPOINT_KILLS = '12' } = process.env;

/** Stores that are killed side by side: a start takes long, and mostly one core. */
const LANES = 4;

type Settings = Readonly<Record<string, string>>;

/** A refresh takes some 3 to 10 milliseconds: after so many at most it ends somewhere within one. */
const LONGEST_DELAY = 25;

/** Refreshes until one is not acknowledged, with a kill on the way. */
async function refreshUntilKilled(
  address: string,
  batches: Batches,
  { random, kill }: { random: () => number; kill: () => Promise<unknown> },
): Promise<void> {
  for (let quiet = Math.floor(random() * 5); quiet > 0; quiet -= 1) await refresh(address, batches);
  const killed = sleep(random() * LONGEST_DELAY).then(kill);
  while (await refresh(address, batches));
  await killed;
}

/** @returns whether it was acknowledged. */
async function refresh(address: string, batches: Batches): Promise<boolean> {
  const { outcome, added } = await post(address);
  if (outcome !== '200') return false;
  // All, or nothing where it was kept already by a pass that could not say so any more.
  assert.ok(added === BATCH || added === 0, `${added} of ${BATCH} were added`);
  batches.acknowledge();
  return true;
}

/** All that was acknowledged is there, once and as it was; else nothing but the last batch, whole or not at all. */
function assertKept(rows: readonly Sample[], { acknowledged, current }: Batches): void {
  const expected = rows.length > acknowledged.length ? [...acknowledged, ...current()] : acknowledged;
  assert.equal(rows.length, expected.length);
  for (const [index, row] of rows.entries()) assert.deepEqual(row, expected[index]);
}

/** What Node keeps of compiled code, written by a service that ends well: a start is a third shorter with it. */
async function compile(t: TestContext): Promise<Settings> {
  const settings = { RATE_LIMIT: '0', NODE_COMPILE_CACHE: temporaryFolder(t) };
  const { child, ended } = await serve(t, { ...settings, DATA_DIR: temporaryFolder(t) });
  child.kill('SIGTERM');
  await ended;
  return settings;
}

interface Lane {
  readonly kills: number;
  readonly random: () => number;
  readonly settings: Settings;
}

/** Each lane has a store of its own. */
async function inLanes(
  t: TestContext,
  kills: number,
  run: (t: TestContext, lane: Lane) => Promise<Batches>,
): Promise<void> {
  const random = seededRandom(t);
  const settings = await compile(t);
  const lanes = Array.from({ length: LANES }, (_, index) => ({
    ...{ kills: Math.ceil(kills / LANES), settings },
    random: random(index),
  }));
  const all = await Promise.all(lanes.map((lane) => run(t, lane)));
  const count = all.reduce((sum, { acknowledged }) => sum + acknowledged.length / BATCH, 0);
  t.diagnostic(`${count} refreshes were acknowledged`);
  assert.ok(count > kills / 4, `${count} refreshes were acknowledged`);
}

async function killServices(t: TestContext, { kills, random, settings }: Lane): Promise<Batches> {
  const { env, path } = await onFile(t);
  const batches = await startBatches(t);
  for (let count = 0; count < kills; count += 1) {
    const { address, child, ended } = await serve(t, { ...settings, ...env, SENTICRYPT_URL: batches.url });
    const kill = async () => {
      child.kill('SIGKILL');
      await ended;
    };
    await refreshUntilKilled(address, batches, { random, kill });
  }
  assertKeptIn(path, batches);
  return batches;
}

/** Each kill is aimed at a checkpoint: with a write-ahead log nothing else writes to the database file itself. */
async function killInCheckpoints(t: TestContext, { kills, random, settings }: Lane): Promise<Batches> {
  const { env, path } = await onFile(t);
  const batches = await startBatches(t);
  for (let count = 0; count < kills; count += 1) {
    const service = await serve(t, { ...settings, ...env, SENTICRYPT_URL: batches.url });
    const { address, child, ended } = service;
    for (let quiet = Math.floor(random() * 5); quiet > 0; quiet -= 1) await refresh(address, batches);
    const watcher = watch(path);
    let isKilled = false;
    const killed = once(watcher, 'change').then(async () => {
      // Half of them at once, for some are over within a millisecond.
      const delay = (random() - 0.5) * 4;
      if (delay > 0) await sleep(delay);
      child.kill('SIGKILL');
      await ended;
      isKilled = true;
    });
    for (const until = Date.now() + 30_000; !isKilled; ) {
      assert.ok(Date.now() < until, `no checkpoint came\n${service.output()}`);
      await refresh(address, batches);
    }
    await killed;
    watcher.close();
    // What the kill has left behind is right before anybody continues it.
    if (count % 5 === 0) assertKeptIn(path, batches);
  }
  assertKeptIn(path, batches);
  return batches;
}

function assertKeptIn(path: string, batches: Batches): void {
  using database = new DatabaseSync(path);
  assert.deepEqual({ ...database.prepare('PRAGMA integrity_check').get() }, { integrity_check: 'ok' });
  const rows = database.prepare('SELECT time, price, sentiment FROM sample ORDER BY time').all();
  assertKept(
    rows.map((row) => ({ ...row }) as unknown as Sample),
    batches,
  );
}

const AOF = ['--appendonly', 'yes', '--appendfsync', 'always'];

async function samplesIn(redis: OwnRedis): Promise<Sample[]> {
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

/** In turns the service and the server are killed. */
async function killEither(t: TestContext, { kills, random, settings }: Lane): Promise<Batches> {
  const redis = await ownRedis(t);
  await redis.start(...AOF);
  const batches = await startBatches(t);
  const url = `redis://127.0.0.1:${redis.port}`;
  const start = () => serve(t, { ...settings, REDIS_URL: url, SENTICRYPT_URL: batches.url });
  let service = await start();
  for (let count = 0; count < kills; count += 2) {
    const { address, child, ended } = service;
    await refreshUntilKilled(address, batches, { random, kill: redis.kill });
    await redis.start(...AOF);
    const until = Date.now() + 5000;
    while (!(await refresh(address, batches))) assert.ok(Date.now() < until, 'it recovers');

    const kill = async () => {
      child.kill('SIGKILL');
      await ended;
    };
    await refreshUntilKilled(address, batches, { random, kill });
    service = await start();
  }
  assertKept(await samplesIn(redis), batches);
  return batches;
}

test('kill -9 of a service on SQLite, again and again', (t) => inLanes(t, Number(KILLS), killServices));

test('kill -9 of a service on SQLite, in the middle of its checkpoints', (t) =>
  inLanes(t, Number(CHECKPOINT_KILLS), killInCheckpoints));

test('kill -9 of a service and of its Redis, in turns', needsRedis, (t) =>
  inLanes(t, Number(KILLS), killEither),
);
