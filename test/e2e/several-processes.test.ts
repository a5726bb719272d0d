import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { launchRedis } from '../../scripts/redis/start.ts';
import { readLive } from '../support/clients/event-stream.ts';
import { cli, finish, serve } from '../support/processes/process.ts';
import { json } from '../support/processes/service.ts';
import { needsRedis, plainClient, testRedis } from '../support/stores/redis.ts';
import { snapshot, startUpstream } from '../support/upstreams/upstream.ts';

const priceAt = async (address: string): Promise<number> =>
  (await json(fetch(`${address}/is-bitcoin-lit`))).hourly_average_of_averages[2].price;

/** Within two seconds, much less than any CACHE_TTL in these tests. */
async function becomes(value: () => Promise<unknown>, expected: unknown): Promise<void> {
  const until = Date.now() + 2000;
  while ((await value()) !== expected) {
    assert.ok(Date.now() < until, `it is not ${expected} but ${await value()}`);
    await sleep(10);
  }
}

test(
  'a refresh in one process reaches the other, and one by the command line reaches both',
  needsRedis,
  async (t) => {
    const { url, keyPrefix } = testRedis();
    // All samples are within one hour.
    const now = Math.floor(Date.now() / 3_600_000) * 3_600_000;
    const upstream = await startUpstream(t, JSON.stringify([snapshot(now, 100)]));
    const env = { SENTICRYPT_URL: upstream.url, REDIS_URL: url, KEY_PREFIX: keyPrefix, CACHE_TTL: '24h' };
    const one = await serve(t, env);
    const other = await serve(t, env);
    const reader = await readLive(t, other.address);
    await fetch(`${one.address}/refresh`, { method: 'POST' });
    await becomes(() => priceAt(other.address), 100);
    await reader.until(/"price":100,/);
    upstream.answer(JSON.stringify([snapshot(now + 1, 300)]));
    await fetch(`${other.address}/refresh`, { method: 'POST' });
    await becomes(() => priceAt(one.address), 200);

    upstream.answer(JSON.stringify([snapshot(now + 2, 800)]));
    const { code, output } = await finish(cli(t, ['refresh'], { ...env, PORT: '1' }));
    assert.equal(code, 0, output);
    await becomes(() => priceAt(one.address), 400);
    await becomes(() => priceAt(other.address), 400);
  },
);

test('changes during a lost connection are read when it is back', needsRedis, async (t) => {
  const redis = await launchRedis();
  t.after(() => redis[Symbol.asyncDispose]());
  const client = await plainClient(t, redis.url);
  const now = Math.floor(Date.now() / 3_600_000) * 3_600_000;
  const upstream = await startUpstream(t, JSON.stringify([snapshot(now, 100)]));
  const env = { SENTICRYPT_URL: upstream.url, REDIS_URL: redis.url, CACHE_TTL: '24h' };
  const service = await serve(t, env);
  await fetch(`${service.address}/refresh`, { method: 'POST' });
  assert.equal(await priceAt(service.address), 100);
  // By a program that does not announce it.
  await client.ts.add('is-bitcoin-lit:price:mean:30s', now + 1, 300);
  await client.sendCommand(['CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes']);
  await client.sendCommand(['CLIENT', 'KILL', 'TYPE', 'pubsub']);
  await service.until(/Redis is back/);
  await becomes(() => priceAt(service.address), 200);
});
