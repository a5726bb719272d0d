import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { json, startTestService } from '../support/processes/service.ts';
import { needsRedis, testRedis } from '../support/stores/redis.ts';
import { snapshot, startUpstream } from '../support/upstreams/upstream.ts';

const TRUE_TIME = Date.UTC(2026, 0, 1, 12);
const DAY = 86_400_000;

/**
 * Starts a service whose clock can be set, and a feed with a correct clock, which has a new sample for each request.
 */
async function startWithClock(t: TestContext, env: Record<string, string>) {
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
    setOffset: (to: number) => {
      offset = to;
    },
    async answer() {
      const { as_of, stale, hourly_average_of_averages: hours } = await json(service.get());
      return { asOf: Date.parse(as_of), price: hours[2].price, stale };
    },
    /** The status, and the code of a problem. */
    async refresh() {
      const response = await service.post();
      return [response.status, (await json(response)).code];
    },
  };
}

type ClockTest = Awaited<ReturnType<typeof startWithClock>>;

/** Defines a test for both stores. */
function clockTest(name: string, check: (started: ClockTest) => Promise<void>): void {
  test(name, async (t) => {
    await t.test('SQLite', async (inner) => check(await startWithClock(inner, {})));
    await t.test('Redis', needsRedis, async (inner) => {
      const { url, keyPrefix } = testRedis();
      await check(await startWithClock(inner, { REDIS_URL: url, KEY_PREFIX: keyPrefix }));
    });
  });
}

clockTest('the clock is set a day forward, and corrected', async ({ setOffset, answer, refresh }) => {
  assert.deepEqual(await refresh(), [200, undefined]);
  setOffset(DAY);
  assert.deepEqual(await answer(), { asOf: TRUE_TIME + 1, price: 100, stale: true });
  assert.deepEqual(await refresh(), [200, undefined]);
  assert.deepEqual(await answer(), { asOf: TRUE_TIME + 2, price: 150, stale: true });
  setOffset(0);
  assert.deepEqual(await answer(), { asOf: TRUE_TIME + 2, price: 150, stale: false });
  assert.deepEqual(await refresh(), [200, undefined]);
  assert.deepEqual(await answer(), { asOf: TRUE_TIME + 3, price: 200, stale: false });
});

clockTest('the clock is set a day back, and corrected', async ({ setOffset, answer, refresh }) => {
  assert.deepEqual(await refresh(), [200, undefined]);
  setOffset(-DAY);
  assert.deepEqual(await answer(), { asOf: TRUE_TIME + 1, price: 100, stale: false });
  assert.deepEqual(
    await refresh(),
    [502, 'source_all_rejected'],
    'by the service’s clock, all samples are in the future',
  );
  assert.deepEqual(await answer(), { asOf: TRUE_TIME + 1, price: 100, stale: false });
  setOffset(0);
  assert.deepEqual(await refresh(), [200, undefined]);
  assert.deepEqual(await answer(), { asOf: TRUE_TIME + 3, price: 200, stale: false });
});

clockTest('samples with wrong times are in no average once the clock is corrected', async (setup) => {
  const { upstream, clock, setOffset, answer, refresh } = setup;
  upstream.answer((_request, response) => {
    response.end(JSON.stringify([snapshot(clock(), 900)]));
  });
  setOffset(DAY);
  assert.deepEqual(await refresh(), [200, undefined]);
  assert.deepEqual(await answer(), { asOf: TRUE_TIME + DAY, price: 900, stale: false });
  setOffset(0);
  upstream.answer(JSON.stringify([snapshot(clock(), 100)]));
  assert.deepEqual(await refresh(), [200, undefined]);
  assert.deepEqual(await answer(), { asOf: TRUE_TIME, price: 100, stale: false });
});
