import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { post } from '../../support/clients/poster.ts';
import { startLedger } from '../../support/processes/ledger.ts';
import { serve } from '../../support/processes/process.ts';
import { json } from '../../support/processes/service.ts';
import { ownRedis } from '../../support/stores/own-redis.ts';
import { needsRedis, plainClient, testRedis } from '../../support/stores/redis.ts';
import { snapshot, startUpstream } from '../../support/upstreams/upstream.ts';

const asOf = async (address: string): Promise<number> =>
  Date.parse((await json(fetch(`${address}/is-bitcoin-lit`))).as_of);

const median = (values: readonly number[]): number =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;

test('a refresh at one process is in the answer of the other within 50 ms', needsRedis, async (t) => {
  const { url, keyPrefix } = testRedis();
  const ledger = await startLedger(t);
  const env = {
    ...{ SENTICRYPT_URL: ledger.url, REDIS_URL: url, KEY_PREFIX: keyPrefix },
    ...{ CACHE_TTL: '24h', RATE_LIMIT: '0' },
  };
  const [one, other] = await Promise.all([serve(t, env), serve(t, env)]);
  const delays: number[] = [];
  for (let round = 0; round < 21; round += 1) {
    const refreshed = await post(one.address);
    assert.equal(refreshed.outcome, '200');
    const began = performance.now();
    while ((await asOf(other.address)) !== refreshed.asOf) {
      assert.ok(performance.now() - began < 5000, 'it is never seen');
    }
    // The first one has to warm up.
    if (round > 0) delays.push(performance.now() - began);
  }
  t.diagnostic(`median of 20: ${median(delays).toFixed(1)} ms`);
  assert.ok(median(delays) < 50, `the median of 20 is ${median(delays)} ms`);
});

/** Two processes that refresh by the clock, and the tick and the process of each question to the feed. */
async function startTwo(t: TestContext, interval: number) {
  const { url, keyPrefix } = testRedis();
  const asked: { tick: number; by: string }[] = [];
  let isHanging = false;
  const upstream = await startUpstream(t, (request, response) => {
    asked.push({ tick: Math.floor(Date.now() / interval), by: request.url?.split('?')[1] ?? '' });
    if (!isHanging) response.end(JSON.stringify([snapshot(Date.now())]));
  });
  const start = (name: string) =>
    serve(t, {
      ...{ REDIS_URL: url, KEY_PREFIX: keyPrefix, SENTICRYPT_URL: `${upstream.url}?${name}` },
      REFRESH_INTERVAL: `${interval}ms`,
    });
  const [one, other] = await Promise.all([start('one'), start('other')]);
  return {
    asked,
    processes: { one, other } as Readonly<Record<string, typeof one>>,
    hang: (is: boolean) => {
      isHanging = is;
    },
    /** To the middle of the next tick, so that none is on its way. */
    untilQuiet: () => sleep(1.5 * interval - (Date.now() % interval)),
  };
}

test('over ten ticks two processes ask the feed ten times', needsRedis, async (t) => {
  const interval = 1000;
  const { asked, untilQuiet } = await startTwo(t, interval);
  await untilQuiet();
  const from = Math.floor(Date.now() / interval) + 1;
  while (Date.now() < (from + 10.5) * interval) await sleep(20);
  const ticks = asked.map(({ tick }) => tick).filter((tick) => tick >= from && tick < from + 10);
  assert.deepEqual(
    ticks,
    Array.from({ length: 10 }, (_, index) => from + index),
  );
});

test('a process that is killed while it holds a tick loses that tick at most', needsRedis, async (t) => {
  const { asked, processes, hang, untilQuiet } = await startTwo(t, 1000);
  await untilQuiet();
  hang(true);
  const before = asked.length;
  while (asked.length === before) await sleep(5);
  const held = asked.at(-1);
  processes[held?.by ?? '']?.child.kill('SIGKILL');
  hang(false);
  while (asked.length < before + 3) await sleep(20);
  const [, next, third] = asked.slice(before);
  const tick = held?.tick ?? 0;
  assert.deepEqual([next?.tick, third?.tick], [tick + 1, tick + 2]);
  assert.ok(next?.by !== held?.by && third?.by !== held?.by);
});

test('two services start at once on an empty Redis, and keep each sample once', needsRedis, async (t) => {
  const { url, keyPrefix } = testRedis();
  const client = await plainClient(t);
  const now = Date.now();
  const day = Array.from({ length: 2000 }, (_, index) => snapshot(now - index * 30_000, 1 + index));
  const upstream = await startUpstream(t, JSON.stringify(day));
  const env = { SENTICRYPT_URL: upstream.url, REDIS_URL: url, KEY_PREFIX: keyPrefix };
  const services = await Promise.all([serve(t, env), serve(t, env)]);
  const passes = await Promise.all(services.map(({ address }) => post(address)));
  assert.equal(
    passes.reduce((sum, { added }) => sum + added, 0),
    2000,
  );
  const range = await client.ts.range(`${keyPrefix}:price:mean:30s`, '-', '+');
  assert.equal(new Set(range.map(({ timestamp }) => timestamp)).size, 2000);
  const answers = await Promise.all(services.map(({ address }) => json(fetch(`${address}/is-bitcoin-lit`))));
  assert.deepEqual(answers[0], answers[1]);
});

test('while changes would not be heard, one is read within about a second', needsRedis, async (t) => {
  const redis = await ownRedis(t);
  await redis.start();
  const ledger = await startLedger(t);
  const url = `redis://127.0.0.1:${redis.port}`;
  const service = await serve(t, { SENTICRYPT_URL: ledger.url, REDIS_URL: url, CACHE_TTL: '24h' });
  assert.equal((await post(service.address)).outcome, '200');
  const before = await asOf(service.address);
  // By someone who does not tell of it.
  const add = (time: number) => redis.command('TS.ADD', 'is-bitcoin-lit:price:mean:30s', String(time), '5');

  await add(before + 1);
  await sleep(1500);
  assert.equal(await asOf(service.address), before, 'a process that hears trusts what it has');
  // No answer to a PING, no trust in the connection.
  await redis.command('ACL', 'SETUSER', 'default', '-ping');
  await sleep(3000);
  assert.equal(await asOf(service.address), before + 1);
  await add(before + 2);
  const began = Date.now();
  while ((await asOf(service.address)) !== before + 2) {
    assert.ok(Date.now() - began < 2000, 'it is never seen');
    await sleep(10);
  }
});
