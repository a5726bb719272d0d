import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { json, startTestService } from '../support/processes/service.ts';
import { needsRedis, testRedis } from '../support/stores/redis.ts';
import { snapshot, startUpstream } from '../support/upstreams/upstream.ts';

const TRUE_TIME = Date.UTC(2026, 0, 1, 12);
const DAY = 86_400_000;

/** A service whose clock can be set, and a feed with a clock of its own, which brings a sample more at each request. */
async function started(t: TestContext, env: Record<string, string>) {
  let offset = 0;
  let sent = 0;
  const clock = () => TRUE_TIME + sent + offset;
  const upstream = await startUpstream(t, (_request, response) => {
    sent += 1;
    response.end(JSON.stringify([snapshot(TRUE_TIME + sent, 100 * sent)]));
  });
  const service = await startTestService(t, { SENTICRYPT_URL: upstream.url, CACHE_TTL: '0', ...env }, clock);
  return {
    upstream,
    service,
    clock,
    set: (to: number) => {
      offset = to;
    },
    async answer() {
      const { as_of, stale, hourly_average_of_averages: hours } = await json(service.get());
      return { asOf: Date.parse(as_of), price: hours[2].price, stale };
    },
    /** The status, and the problem's code if it is one. */
    async refresh() {
      const response = await service.post();
      return [response.status, (await json(response)).code];
    },
  };
}

type Started = Awaited<ReturnType<typeof started>>;

/** On both stores. */
function clockTest(name: string, check: (started: Started) => Promise<void>): void {
  test(name, async (t) => {
    await t.test('SQLite', async (inner) => check(await started(inner, {})));
    await t.test('Redis', needsRedis, async (inner) => {
      const { url, keyPrefix } = testRedis();
      await check(await started(inner, { REDIS_URL: url, KEY_PREFIX: keyPrefix }));
    });
  });
}

clockTest('the clock is set a day forward, and right again', async ({ set, answer, refresh }) => {
  assert.deepEqual(await refresh(), [200, undefined]);
  set(DAY);
  assert.deepEqual(await answer(), { asOf: TRUE_TIME + 1, price: 100, stale: true });
  assert.deepEqual(await refresh(), [200, undefined]);
  assert.deepEqual(await answer(), { asOf: TRUE_TIME + 2, price: 150, stale: true });
  set(0);
  assert.deepEqual(await answer(), { asOf: TRUE_TIME + 2, price: 150, stale: false });
  assert.deepEqual(await refresh(), [200, undefined]);
  assert.deepEqual(await answer(), { asOf: TRUE_TIME + 3, price: 200, stale: false });
});

clockTest('the clock is set a day back, and right again', async ({ set, answer, refresh }) => {
  assert.deepEqual(await refresh(), [200, undefined]);
  set(-DAY);
  assert.deepEqual(await answer(), { asOf: TRUE_TIME + 1, price: 100, stale: false });
  assert.deepEqual(await refresh(), [502, 'source_all_rejected'], 'by its clock, all is of the future');
  assert.deepEqual(await answer(), { asOf: TRUE_TIME + 1, price: 100, stale: false });
  set(0);
  assert.deepEqual(await refresh(), [200, undefined]);
  assert.deepEqual(await answer(), { asOf: TRUE_TIME + 3, price: 200, stale: false });
});

clockTest('samples of a time that was wrong are in no average once the clock is right', async (all) => {
  const { upstream, clock, set, answer, refresh } = all;
  upstream.answer((_request, response) => {
    response.end(JSON.stringify([snapshot(clock(), 900)]));
  });
  set(DAY);
  assert.deepEqual(await refresh(), [200, undefined]);
  assert.deepEqual(await answer(), { asOf: TRUE_TIME + DAY, price: 900, stale: false });
  set(0);
  upstream.answer(JSON.stringify([snapshot(clock(), 100)]));
  assert.deepEqual(await refresh(), [200, undefined]);
  assert.deepEqual(await answer(), { asOf: TRUE_TIME, price: 100, stale: false });
});
