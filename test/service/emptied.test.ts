import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { readLive } from '../support/clients/event-stream.ts';
import { json, startTestService, type TestService } from '../support/processes/service.ts';
import { needsRedis, plainClient, testRedis } from '../support/stores/redis.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { snapshot, startUpstream } from '../support/upstreams/upstream.ts';

const START = Date.UTC(2026, 0, 1, 12);
const PROBLEM = /event: problem\nid: no-sample\ndata: (\{.*\})\n\n/;

interface Place {
  readonly env: Record<string, string>;
  /** Deletes all samples, as another program would. */
  empty(): Promise<unknown>;
}

function onFile(t: TestContext): Place {
  const folder = temporaryFolder(t);
  return {
    env: { DATA_DIR: folder },
    async empty() {
      using other = new DatabaseSync(join(folder, 'samples.sqlite'), { timeout: 1000 });
      other.exec('DELETE FROM sample');
    },
  };
}

type Client = Awaited<ReturnType<typeof plainClient>>;

async function onRedis(
  t: TestContext,
  empty: (client: Client, prefix: string) => Promise<unknown>,
): Promise<Place> {
  const { url, keyPrefix } = testRedis();
  const client = await plainClient(t);
  return { env: { REDIS_URL: url, KEY_PREFIX: keyPrefix }, empty: () => empty(client, keyPrefix) };
}

const readsOf = ({ events }: TestService) => events.filter(({ type }) => type === 'summary_read').length;

async function assertEmptied(t: TestContext, { env, empty }: Place): Promise<void> {
  let now = START;
  const upstream = await startUpstream(t, JSON.stringify([snapshot(START, 100)]));
  const settings = { SENTICRYPT_URL: upstream.url, CACHE_TTL: '10s', ...env };
  const service = await startTestService(t, settings, () => now);
  await service.post();
  assert.equal((await service.get()).status, 200);
  const early = await readLive(t, service.address);
  await early.until(/event: summary\n/);

  await empty();
  now += 10_000;
  const answers = await Promise.all(Array.from({ length: 64 }, () => service.get()));
  assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([503]));
  const problem = await json(answers[0] ?? service.get());
  assert.equal(problem.code, 'nothing_known');
  assert.match(problem.detail, /^the store holds no samples/);
  const reads = readsOf(service);
  await Promise.all(Array.from({ length: 64 }, () => service.get()));
  // One more if the service watches the file and notices the change now.
  assert.ok(readsOf(service) <= reads + 1, 'the store is not asked again for each reader');
  const ready = await service.get('/health/ready');
  assert.equal(ready.status, 503);
  assert.match((await json(ready)).detail, /^the store holds no samples/);
  assert.equal((await service.get('/v1/bitcoin.json')).status, 503);

  const [, details = ''] = await early.until(PROBLEM);
  assert.deepEqual(JSON.parse(details), {
    type: 'about:blank',
    title: 'Service Unavailable',
    status: 503,
    detail: 'the store holds no samples',
    code: 'nothing_known',
  });
  const late = await readLive(t, service.address);
  await late.until(PROBLEM);
  const again = await readLive(t, service.address, { 'last-event-id': 'no-sample' });
  await again.until(/^retry: \d+\n:\n$/);

  await service.post();
  assert.equal((await service.get()).status, 200);
  for (const reader of [late, again]) await reader.until(/event: summary\n/);
  await early.until(/event: problem\n[\s\S]*event: summary\n/);
  assert.equal((await service.get('/health/ready')).status, 200);
}

test('SQLite: after the store is emptied there is no answer, until there are new samples', (t) =>
  assertEmptied(t, onFile(t)));

test(
  'Redis: after the series are deleted there is no answer, until there are new samples',
  needsRedis,
  async (t) =>
    assertEmptied(
      t,
      await onRedis(t, async (client, prefix) => {
        for (const kind of ['price', 'sentiment']) await client.del(`${prefix}:${kind}:mean:30s`);
      }),
    ),
);

test(
  'Redis: after all samples are deleted there is no answer, until there are new samples',
  needsRedis,
  async (t) =>
    assertEmptied(
      t,
      await onRedis(t, async (client, prefix) => {
        for (const kind of ['price', 'sentiment'])
          await client.sendCommand(['TS.DEL', `${prefix}:${kind}:mean:30s`, '0', String(START * 2)]);
      }),
    ),
);

test('Redis: the cache key does not restore an answer whose samples are gone', needsRedis, async (t) => {
  let now = START;
  const { url, keyPrefix } = testRedis();
  const client = await plainClient(t);
  const upstream = await startUpstream(t, JSON.stringify([snapshot(START, 100)]));
  const env = { SENTICRYPT_URL: upstream.url, REDIS_URL: url, KEY_PREFIX: keyPrefix, CACHE_TTL: '10m' };
  const first = await startTestService(t, env, () => now);
  await first.post();
  assert.equal((await first.get()).status, 200);
  for (const kind of ['price', 'sentiment']) await client.del(`${keyPrefix}:${kind}:mean:30s`);
  assert.equal(await client.exists(`${keyPrefix}:cache`), 1);
  now += 600_000;
  for (let second = 0; second < 5; second += 1) {
    assert.equal((await first.get()).status, 503, `after ${second} s`);
    now += 1000;
  }
  await first.stop();
  assert.equal(await client.exists(`${keyPrefix}:cache`), 0);
  const second = await startTestService(t, env, () => now);
  assert.equal((await second.get()).status, 503);
});

test('a store that is empty and then fails is reported as failing', async (t) => {
  const folder = temporaryFolder(t);
  let now = START;
  const service = await startTestService(t, { DATA_DIR: folder }, () => now);
  assert.equal((await json(service.get())).code, 'nothing_known');
  using other = new DatabaseSync(join(folder, 'samples.sqlite'), { timeout: 1000 });
  other.exec('ALTER TABLE sample RENAME TO gone');
  now += 1000;
  assert.equal((await json(service.get())).code, 'store_failed');
});
