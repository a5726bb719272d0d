import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { postRefresh } from '../../support/clients/refresh-client.ts';
import { serve } from '../../support/processes/process.ts';
import { json } from '../../support/processes/service.ts';
import { createDedicatedRedis } from '../../support/stores/dedicated-redis.ts';
import { needsRedis, plainClient, testRedis } from '../../support/stores/redis.ts';
import { startCheckedFeed } from '../../support/upstreams/checked-feed.ts';
import { snapshot, startUpstream } from '../../support/upstreams/upstream.ts';

const asOf = async (address: string): Promise<number> =>
  Date.parse((await json(fetch(`${address}/is-bitcoin-lit`))).as_of);

const median = (values: readonly number[]): number =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;

test('a refresh at one process is in the answer of the other within 50 ms', needsRedis, async (t) => {
  const { url, keyPrefix } = testRedis();
  const feed = await startCheckedFeed(t);
  const env = {
    ...{ SENTICRYPT_URL: feed.url, REDIS_URL: url, KEY_PREFIX: keyPrefix },
    ...{ CACHE_TTL: '24h', RATE_LIMIT: '0' },
  };
  const [one, other] = await Promise.all([serve(t, env), serve(t, env)]);
  const delays: number[] = [];
  for (let round = 0; round < 21; round += 1) {
    const refreshed = await postRefresh(one.address);
    assert.equal(refreshed.outcome, '200');
    const began = performance.now();
    while ((await asOf(other.address)) !== refreshed.asOf) {
      assert.ok(performance.now() - began < 5000, 'the other process never has it');
    }
    // The first round warms up.
    if (round > 0) delays.push(performance.now() - began);
  }
  t.diagnostic(`median of 20: ${median(delays).toFixed(1)} ms`);
  assert.ok(median(delays) < 50, `the median of 20 is ${median(delays)} ms`);
});

/** Starts two processes that refresh by the clock, and records the tick and the process of each request to the feed. */
async function startTwo(t: TestContext, intervalMs: number) {
  const { url, keyPrefix } = testRedis();
  const requests: { tick: number; process: string }[] = [];
  let isHanging = false;
  const upstream = await startUpstream(t, (request, response) => {
    requests.push({ tick: Math.floor(Date.now() / intervalMs), process: request.url?.split('?')[1] ?? '' });
    if (!isHanging) response.end(JSON.stringify([snapshot(Date.now())]));
  });
  const start = (name: string) =>
    serve(t, {
      ...{ REDIS_URL: url, KEY_PREFIX: keyPrefix, SENTICRYPT_URL: `${upstream.url}?${name}` },
      REFRESH_INTERVAL: `${intervalMs}ms`,
    });
  const [one, other] = await Promise.all([start('one'), start('other')]);
  return {
    requests,
    processes: { one, other } as Readonly<Record<string, typeof one>>,
    setHanging: (isEnabled: boolean) => {
      isHanging = isEnabled;
    },
    /** Waits until the middle of the next tick, so that no request is pending. */
    untilQuiet: () => sleep(1.5 * intervalMs - (Date.now() % intervalMs)),
  };
}

test('in ten ticks, two processes request the feed ten times', needsRedis, async (t) => {
  const intervalMs = 1000;
  const { requests, untilQuiet } = await startTwo(t, intervalMs);
  await untilQuiet();
  const from = Math.floor(Date.now() / intervalMs) + 1;
  while (Date.now() < (from + 10.5) * intervalMs) await sleep(20);
  const ticks = requests.map(({ tick }) => tick).filter((tick) => tick >= from && tick < from + 10);
  assert.deepEqual(
    ticks,
    Array.from({ length: 10 }, (_, index) => from + index),
  );
});

test('a process that is killed while it holds a tick loses that tick at most', needsRedis, async (t) => {
  const { requests, processes, setHanging, untilQuiet } = await startTwo(t, 1000);
  await untilQuiet();
  setHanging(true);
  const before = requests.length;
  while (requests.length === before) await sleep(5);
  const held = requests.at(-1);
  processes[held?.process ?? '']?.child.kill('SIGKILL');
  setHanging(false);
  while (requests.length < before + 3) await sleep(20);
  const [, next, third] = requests.slice(before);
  const tick = held?.tick ?? 0;
  assert.deepEqual([next?.tick, third?.tick], [tick + 1, tick + 2]);
  assert.ok(next?.process !== held?.process && third?.process !== held?.process);
});

test('two services start at once on an empty Redis, and keep each sample once', needsRedis, async (t) => {
  const { url, keyPrefix } = testRedis();
  const client = await plainClient(t);
  const now = Date.now();
  const day = Array.from({ length: 2000 }, (_, index) => snapshot(now - index * 30_000, 1 + index));
  const upstream = await startUpstream(t, JSON.stringify(day));
  const env = { SENTICRYPT_URL: upstream.url, REDIS_URL: url, KEY_PREFIX: keyPrefix };
  const services = await Promise.all([serve(t, env), serve(t, env)]);
  const results = await Promise.all(services.map(({ address }) => postRefresh(address)));
  assert.equal(
    results.reduce((sum, { added }) => sum + added, 0),
    2000,
  );
  const range = await client.ts.range(`${keyPrefix}:price:mean:30s`, '-', '+');
  assert.equal(new Set(range.map(({ timestamp }) => timestamp)).size, 2000);
  const answers = await Promise.all(services.map(({ address }) => json(fetch(`${address}/is-bitcoin-lit`))));
  assert.deepEqual(answers[0], answers[1]);
});

test('without notifications, a change is read within about a second', needsRedis, async (t) => {
  const redis = await createDedicatedRedis(t);
  await redis.start();
  const feed = await startCheckedFeed(t);
  const url = `redis://127.0.0.1:${redis.port}`;
  const service = await serve(t, { SENTICRYPT_URL: feed.url, REDIS_URL: url, CACHE_TTL: '24h' });
  assert.equal((await postRefresh(service.address)).outcome, '200');
  const before = await asOf(service.address);
  // Another program, which sends no notification.
  const add = (time: number) => redis.command('TS.ADD', 'is-bitcoin-lit:price:mean:30s', String(time), '5');

  await add(before + 1);
  await sleep(1500);
  assert.equal(await asOf(service.address), before, 'with notifications, the process trusts its copy');
  // Without a reply to PING, the process does not trust the connection.
  await redis.command('ACL', 'SETUSER', 'default', '-ping');
  await sleep(3000);
  assert.equal(await asOf(service.address), before + 1);
  await add(before + 2);
  const began = Date.now();
  while ((await asOf(service.address)) !== before + 2) {
    assert.ok(Date.now() - began < 2000, 'the change is never read');
    await sleep(10);
  }
});
