import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort, launchRedis } from '../../scripts/redis/start.ts';
import {
  assertRecordedAnswer,
  counts,
  fillAsTutorial,
  needsRecordedDay,
  recordedDay,
} from '../support/recorded-day.ts';
import { connectPlain, needsRedis, plainClient, testRedis } from '../support/redis.ts';
import { json, startTestService } from '../support/service.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { startUpstream } from '../support/upstream.ts';

const needsBoth = { skip: needsRedis.skip || needsRecordedDay.skip };
const DAY = recordedDay ?? '[]';

for (const [name, options] of [
  ['SQLite', needsRecordedDay],
  ['Redis', needsBoth],
] as const) {
  test(`the recorded day on ${name}: new, again, and after a restart`, options, async (t) => {
    const { url, keyPrefix } = testRedis();
    const upstream = await startUpstream(t, DAY);
    const store: Record<string, string> =
      name === 'Redis' ? { REDIS_URL: url, KEY_PREFIX: keyPrefix } : { DATA_DIR: temporaryFolder(t) };
    const env = { SENTICRYPT_URL: upstream.url, ...store };
    const service = await startTestService(t, env);
    assert.deepEqual(await json(service.post()), counts(2474, 0));
    assert.deepEqual(await json(service.post()), counts(0, 2474));
    const answer = await json(service.get());
    assertRecordedAnswer(answer);
    await service.stop();
    const restarted = await startTestService(t, env);
    assert.deepEqual(await json(restarted.get()), answer);
  });
}

test('a Redis that the tutorial filled is taken over as it is, its cache too', needsBoth, async (t) => {
  const { url, keyPrefix } = testRedis();
  const client = await plainClient(t);
  const [price, sentiment, cache] = ['price:mean:30s', 'sentiment:mean:30s', 'cache'].map(
    (key) => `${keyPrefix}:${key}`,
  );
  await fillAsTutorial((command) => client.sendCommand(command), price ?? '', sentiment ?? '');
  const hour = { price: '1.0', sentiment: '1.0', time: '2021-07-07T15:00:00+00:00' };
  const theirs = {
    hourly_average_of_averages: [hour],
    sentiment_direction: 'rising',
    price_direction: 'rising',
  };
  await client.set(cache ?? '', JSON.stringify(theirs), { expiration: { type: 'EX', value: 120 } });

  const upstream = await startUpstream(t, DAY);
  const env = { SENTICRYPT_URL: upstream.url, REDIS_URL: url, KEY_PREFIX: keyPrefix };
  const service = await startTestService(t, env);
  assertRecordedAnswer(await json(service.get()));
  assert.deepEqual(await json(service.post()), counts(0, 2474));
  await service.stop();

  const kept = JSON.parse((await client.get(cache ?? '')) ?? 'null');
  const { newest, ...ours } = kept;
  assertRecordedAnswer(ours);
  assert.deepEqual(newest, { price: '2021-07-07T17:30:18.370Z', sentiment: '2021-07-07T17:30:18.370Z' });
  const left = await client.ttl(cache ?? '');
  assert.ok(left > 0 && left <= 120, `${left} s to live`);
});

test('a cache that is not ours is no answer', needsRedis, async (t) => {
  const { url, keyPrefix } = testRedis();
  const client = await connectPlain();
  t.after(() => client.destroy());
  const key = `${keyPrefix}:cache`;
  const series = `${keyPrefix}:price:mean:30s`;
  await client.ts.create(series, { DUPLICATE_POLICY: 'FIRST' });
  await client.ts.add(series, Date.now() - 1000, 5);
  const env = { REDIS_URL: url, KEY_PREFIX: keyPrefix };
  for (const garbage of ['', 'null', '{', '{"hourly_average_of_averages":[]}', 'x'.repeat(2 ** 20)]) {
    await client.set(key, garbage, { expiration: { type: 'EX', value: 60 } });
    const service = await startTestService(t, env);
    assert.equal((await json(service.get())).hourly_average_of_averages[2].price, 5);
    await service.stop();
    await client.set(
      key,
      JSON.stringify({ ...JSON.parse((await client.get(key)) ?? ''), source: 'simulated' }),
    );
  }
  await client.del(key);
  await client.lPush(key, 'a list');
  const service = await startTestService(t, env);
  assert.equal((await json(service.get())).hourly_average_of_averages[2].price, 5);
});

test(
  'an answer that another process cached is used by the next one, and its age judged anew',
  needsRedis,
  async (t) => {
    const { url, keyPrefix } = testRedis();
    let now = Date.now();
    const env = { REDIS_URL: url, KEY_PREFIX: `${keyPrefix}`, SOURCE: 'simulated', STALE_AFTER: '10m' };
    const first = await startTestService(t, env, () => now);
    await first.post();
    const answer = await json(first.get());
    await first.stop();
    const client = await plainClient(t);
    const series = [`${keyPrefix}:simulated:price:mean:30s`, `${keyPrefix}:simulated:sentiment:mean:30s`];
    await client.del(series);
    const second = await startTestService(t, env, () => now);
    assert.deepEqual(await json(second.get()), answer);
    await second.stop();
    now += 11 * 60_000;
    const third = await startTestService(t, env, () => now);
    assert.deepEqual(await json(third.get()), { ...answer, stale: true });
  },
);

test(
  'two processes that refresh the same day at the same moment add it once between them',
  needsBoth,
  async (t) => {
    const { url, keyPrefix } = testRedis();
    const { serve } = await import('../support/process.ts');
    const upstream = await startUpstream(t, DAY);
    const env = { SENTICRYPT_URL: upstream.url, REDIS_URL: url, KEY_PREFIX: keyPrefix };
    const services = await Promise.all([serve(t, env), serve(t, env)]);
    const reports = await Promise.all(
      services.map(({ address }) => json(fetch(`${address}/refresh`, { method: 'POST' }))),
    );
    const total = (field: string) => reports.reduce((sum, report) => sum + report[field], 0);
    assert.equal(total('added'), 2474);
    assert.equal(total('duplicates'), 2474);
    for (const { address } of services) assertRecordedAnswer(await json(fetch(`${address}/is-bitcoin-lit`)));
  },
);

test(
  'the recorded day is there after a restart of Redis itself, which keeps its own log',
  needsBoth,
  async (t) => {
    const log = ['--appendonly', 'yes', '--appendfsync', 'always', '--dir', temporaryFolder(t)];
    const port = await freePort();
    const before = await launchRedis(port, log);
    const upstream = await startUpstream(t, DAY);
    const env = { SENTICRYPT_URL: upstream.url, REDIS_URL: before.url, CACHE_TTL: '0' };
    const service = await startTestService(t, env);
    assert.deepEqual(await json(service.post()), counts(2474, 0));
    await before[Symbol.asyncDispose]();
    assertRecordedAnswer(await json(service.get()));
    const after = await launchRedis(port, log);
    t.after(() => after[Symbol.asyncDispose]());
    while (!service.events.some(({ type }) => type === 'store_back')) await sleep(20);
    const reads = service.events.filter(({ type }) => type === 'summary_read').length;
    assertRecordedAnswer(await json(service.get()));
    assert.ok(
      service.events.filter(({ type }) => type === 'summary_read').length > reads,
      'it was read anew',
    );
    assert.deepEqual(await json(service.post()), counts(0, 2474));
  },
);
