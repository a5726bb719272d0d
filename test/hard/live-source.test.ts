import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { areComplete, assertHours } from '../support/data/hours.ts';
import { seededRandom } from '../support/data/random.ts';
import { eventually } from '../support/eventually.ts';
import { serve } from '../support/processes/process.ts';
import { json, startTestService } from '../support/processes/service.ts';
import { createDedicatedRedis } from '../support/stores/dedicated-redis.ts';
import { needsRedis } from '../support/stores/redis.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { EXCHANGE_FORMATS, type ExchangeName } from '../support/upstreams/exchange-formats.ts';
import { startLiveSources } from '../support/upstreams/live-sources.ts';

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;
const KILLS = 12;

/** The first refresh ends about a second after the start. */
const MAX_UPTIME_MS = 1500;

/** Asserts that the stored samples are right. Returns false if they changed between reads or are not complete yet. */
async function assertAnswer(address: string): Promise<boolean> {
  const read = (path: string) => json(fetch(`${address}${path}`));
  const before = await read('/is-bitcoin-lit');
  const day: { timestamp: number }[] = await read('/v1/bitcoin.json');
  const { as_of: after } = await read('/is-bitcoin-lit');
  if (before.as_of !== after || !areComplete(before.hourly_average_of_averages, Date.now())) return false;
  const times = day.map(({ timestamp }) => Math.trunc(timestamp * 1000));
  assert.equal(new Set(times).size, times.length);
  assertHours(before.hourly_average_of_averages, times);
  return true;
}

test('live: the service is killed again and again while it fills its first day', async (t) => {
  const { environment } = await startLiveSources(t);
  const random = seededRandom(t)(0);
  const env = { ...environment, DATA_DIR: temporaryFolder(t), REFRESH_INTERVAL: '1s' };
  for (let kill = 0; kill < KILLS; kill += 1) {
    const service = await serve(t, env);
    await sleep(random() * MAX_UPTIME_MS);
    service.child.kill('SIGKILL');
    await service.ended;
  }
  const { address } = await serve(t, env);
  await eventually('three complete hours are right', () => assertAnswer(address));
});

test('live: Redis is killed, and started again with nothing in it', needsRedis, async (t) => {
  const { environment } = await startLiveSources(t);
  const redis = await createDedicatedRedis(t);
  await redis.start();
  const env = { ...environment, REDIS_URL: `redis://127.0.0.1:${redis.port}` };
  const service = await startTestService(t, env);
  assert.equal((await service.post()).status, 200);
  const answer = await json(service.get());
  await redis.kill();
  await eventually('the loss is reported', () => service.events.some(({ type }) => type === 'store_away'));
  assert.equal((await service.post()).status, 503);
  assert.deepEqual(await json(service.get()), answer);
  assert.ok([200, 503].includes((await service.get('/sources')).status));
  await redis.start();
  await eventually('a refresh succeeds', async () => (await service.post()).status === 200);
  await eventually('the day is filled again', () => assertAnswer(service.address));
});

test('live: the clock is set a day forward, and corrected', async (t) => {
  let now = Date.UTC(2026, 0, 2, 12, 0, 20);
  let offset = 0;
  const { environment } = await startLiveSources(t, { clock: () => now });
  const service = await startTestService(t, { ...environment, CACHE_TTL: '0' }, () => now + offset);
  assert.equal((await service.post()).status, 200);
  const { hourly_average_of_averages: before } = await json(service.get());
  offset = DAY;
  await service.post();
  const { price } = await json(service.get('/sources'));
  // A quote without a time counts as current.
  const used: { name: ExchangeName }[] = price.filter((exchange: { used: boolean }) => exchange.used);
  assert.ok(used.every(({ name }) => !EXCHANGE_FORMATS[name].hasTime));
  offset = 0;
  now += MINUTE;
  assert.equal((await service.post()).status, 200);
  const { hourly_average_of_averages: hours, stale, as_of: newest } = await json(service.get());
  assert.deepEqual([stale, Date.parse(newest)], [false, now]);
  assert.deepEqual(hours.slice(0, 2), before.slice(0, 2), 'past hours are unchanged');
  assert.ok(hours[2].price_samples >= before[2].price_samples);
  assert.deepEqual(
    await json(service.get('/health/ready')),
    { status: 'ok', troubles: [] },
    'there are no troubles left',
  );
});
