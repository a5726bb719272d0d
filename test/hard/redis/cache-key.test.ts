import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startReader } from '../../support/clients/reader.ts';
import { postRefresh } from '../../support/clients/refresh-client.ts';
import { eventually } from '../../support/eventually.ts';
import { assertTook, cpuSlowdown } from '../../support/processes/cpu-slowdown.ts';
import { serve } from '../../support/processes/process.ts';
import { needsRedis, plainClient, testRedis } from '../../support/stores/redis.ts';
import { startCheckedFeed } from '../../support/upstreams/checked-feed.ts';

type Client = Awaited<ReturnType<typeof plainClient>>;

/** Contents of the cache key, which a process reads at its start. */
const CASES: readonly { name: string; put: (client: Client, key: string) => Promise<unknown> }[] = [
  {
    name: 'the cache key holds garbage',
    put: (client, key) => client.set(key, '{"hourly_average_of_averages": [', { EX: 60 }),
  },
  {
    name: 'the cache key holds an almost valid answer',
    put: async (client, key) =>
      client.set(key, String(await client.get(key)).replace('"price":', '"prize":'), { EX: 60 }),
  },
  {
    name: 'the cache key holds another type',
    put: async (client, key) => {
      await client.del(key);
      await client.hSet(key, 'price', '1');
    },
  },
  {
    name: 'the cache key holds 1 MB',
    put: (client, key) => client.set(key, `"${'x'.repeat(2 ** 20)}"`, { EX: 60 }),
  },
];

for (const { name, put } of CASES) {
  test(name, needsRedis, async (t) => {
    const { url, keyPrefix } = testRedis();
    const client = await plainClient(t);
    const feed = await startCheckedFeed(t);
    const env = { REDIS_URL: url, KEY_PREFIX: keyPrefix, SENTICRYPT_URL: feed.url, STALE_AFTER: '5s' };
    const first = await serve(t, env);
    for (let passes = 0; passes < 3; passes += 1) {
      await eventually(
        'a refresh succeeds',
        async () => (await postRefresh(first.address)).outcome === '200',
      );
    }
    first.child.kill('SIGTERM');
    await first.ended;

    await put(client, `${keyPrefix}:cache`);
    const second = await serve(t, env);
    const reader = startReader({
      address: second.address,
      staleAfterMs: 5000,
      findMistake: feed.findMistake,
    });
    const { outcome } = await postRefresh(second.address);
    await reader.stop();
    assert.equal(outcome, '200');
    const { statuses, violations, slowestMs } = reader.takeSnapshot();
    // On a busy machine, Redis may answer the first read too late.
    const expected = (await cpuSlowdown()) < 1.5 ? /^200$/ : /^(200|503)$/;
    for (const status of Object.keys(statuses)) assert.match(status, expected);
    assert.ok(statuses[200], 'there were answers');
    assert.deepEqual(violations, []);
    await assertTook(slowestMs, 1000, 'the slowest read');
    assert.equal(await client.type(`${keyPrefix}:cache`), 'string', 'the refresh wrote an answer');
    assert.ok(JSON.parse((await client.get(`${keyPrefix}:cache`)) ?? '').as_of);
  });
}
