import assert from 'node:assert/strict';
import { test } from 'node:test';
import { post } from '../../support/clients/poster.ts';
import { startReader } from '../../support/clients/reader.ts';
import { eventually } from '../../support/eventually.ts';
import { busyness } from '../../support/processes/busyness.ts';
import { startLedger } from '../../support/processes/ledger.ts';
import { serve } from '../../support/processes/process.ts';
import { needsRedis, plainClient, testRedis } from '../../support/stores/redis.ts';

type Client = Awaited<ReturnType<typeof plainClient>>;

/** What may be found under the key of the cached answer, which a process reads that has no answer of its own. */
const CASES: readonly { name: string; put: (client: Client, key: string) => Promise<unknown> }[] = [
  {
    name: 'the cache key holds garbage',
    put: (client, key) => client.set(key, '{"hourly_average_of_averages": [', { EX: 60 }),
  },
  {
    name: 'the cache key holds what is nearly an answer',
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
    const ledger = await startLedger(t);
    const env = { REDIS_URL: url, KEY_PREFIX: keyPrefix, SENTICRYPT_URL: ledger.url, STALE_AFTER: '5s' };
    const first = await serve(t, env);
    for (let passes = 0; passes < 3; passes += 1) {
      await eventually('a pass is made', async () => (await post(first.address)).outcome === '200');
    }
    first.child.kill('SIGTERM');
    await first.ended;

    await put(client, `${keyPrefix}:cache`);
    const second = await serve(t, env);
    const reader = startReader({ address: second.address, staleAfter: 5000, judge: ledger.judge });
    const { outcome } = await post(second.address);
    await reader.stop();
    assert.equal(outcome, '200');
    const { statuses, complaints, slowest } = reader.look();
    // On a busy machine, Redis may answer the first read too late.
    const expected = (await busyness()) < 1.5 ? /^200$/ : /^(200|503)$/;
    for (const status of Object.keys(statuses)) assert.match(status, expected);
    assert.ok(statuses[200], 'answers were read');
    assert.deepEqual(complaints, []);
    assert.ok(slowest < 1000 * (await busyness()), `the slowest read took ${slowest} ms`);
    assert.equal(await client.type(`${keyPrefix}:cache`), 'string', 'the refresh put an answer there');
    assert.ok(JSON.parse((await client.get(`${keyPrefix}:cache`)) ?? '').as_of);
  });
}
