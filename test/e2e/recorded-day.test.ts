import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort, launchRedis } from '../../scripts/redis/start.ts';
import { recordedDayContract, recordedDayTest } from '../contracts/recorded-day.ts';
import {
  assertRecordedAnswer,
  needsRecordedDay,
  recordedDay,
  refreshReport,
} from '../support/data/recorded-day.ts';
import { json, startTestService } from '../support/processes/service.ts';
import { connectPlain, needsRedis, plainClient, testRedis } from '../support/stores/redis.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { startUpstream } from '../support/upstreams/upstream.ts';

const needsBoth = { skip: needsRedis.skip || needsRecordedDay.skip };
const DAY = recordedDay ?? '[]';

recordedDayTest('SQLite', needsRecordedDay, (t) => ({ DATA_DIR: temporaryFolder(t) }));

recordedDayContract('Redis', needsBoth, async () => {
  const { url, keyPrefix } = testRedis();
  return { url, keyPrefix, keysBegin: keyPrefix, server: url };
});

test('a foreign value under the cache key is ignored', needsRedis, async (t) => {
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
  'a process uses the answer that another one cached, and computes its age again',
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

test('two processes that refresh the same day at the same moment add it once', needsBoth, async (t) => {
  const { url, keyPrefix } = testRedis();
  const { serve } = await import('../support/processes/process.ts');
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
});

test('the recorded day survives a restart of Redis with its append-only file', needsBoth, async (t) => {
  const log = ['--appendonly', 'yes', '--appendfsync', 'always', '--dir', temporaryFolder(t)];
  const port = await freePort();
  const before = await launchRedis(port, log);
  const upstream = await startUpstream(t, DAY);
  const env = { SENTICRYPT_URL: upstream.url, REDIS_URL: before.url, CACHE_TTL: '0' };
  const service = await startTestService(t, env);
  assert.deepEqual(await json(service.post()), refreshReport(2474, 0));
  await before[Symbol.asyncDispose]();
  assertRecordedAnswer(await json(service.get()));
  const after = await launchRedis(port, log);
  t.after(() => after[Symbol.asyncDispose]());
  while (!service.events.some(({ type }) => type === 'store_back')) await sleep(20);
  const reads = service.events.filter(({ type }) => type === 'summary_read').length;
  assertRecordedAnswer(await json(service.get()));
  assert.ok(service.events.filter(({ type }) => type === 'summary_read').length > reads, 'it was read anew');
  assert.deepEqual(await json(service.post()), refreshReport(0, 2474));
});
