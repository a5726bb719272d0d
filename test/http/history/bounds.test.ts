import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Sample } from '../../../src/domain/sample.ts';
import { eventually } from '../../support/eventually.ts';
import { json } from '../../support/processes/service.ts';
import { STORES, startKept } from '../../support/stores/kept.ts';
import { snapshot, startUpstream } from '../../support/upstreams/upstream.ts';

const NOW = Date.UTC(2026, 0, 7, 12);
const STEP = 90_000;
const COUNT = 50_000;
/** 5,000 buckets of 15 minutes, with ten samples each. */
const SAMPLES: readonly Sample[] = Array.from({ length: COUNT }, (_, index) => ({
  time: NOW - (COUNT - index) * STEP,
  price: 1 + index,
  sentiment: (index % 199) / 100 - 0.99,
}));
const LONG = `/history?from=${new Date(NOW - COUNT * STEP).toISOString()}&bucket=15m`;

/** Ranges of the same length, all different. */
const another = (index: number): string =>
  `/history?from=${new Date(NOW - (COUNT - 10 * (index + 1)) * STEP).toISOString()}&bucket=15m`;

async function start(t: TestContext, store: 'SQLite' | 'Redis', environment: Record<string, string> = {}) {
  const service = await startKept(t, store, () => NOW, environment);
  await service.keep(SAMPLES);
  return service;
}

for (const [name, options] of STORES) {
  test(
    `${name}: of very many different requests some are rejected, and none is answered wrongly`,
    options,
    async (t) => {
      const service = await start(t, name);
      const answers = await Promise.all(
        Array.from({ length: 90 }, async (_, index) => {
          const response = await service.get(another(index));
          return {
            index,
            status: response.status,
            retry: response.headers.get('retry-after'),
            body: await json(response),
          };
        }),
      );
      const refused = answers.filter(({ status }) => status !== 200);
      assert.ok(refused.length > 0 && refused.length <= 90 - 66, `${refused.length} refused`);
      for (const { status, retry, body } of refused) {
        assert.deepEqual([status, body.code], [503, 'too_many_histories']);
        assert.ok(Number(retry) > 0);
      }
      for (const { status, index, body } of answers) {
        if (status === 200) assert.equal(body.buckets.length, 4999 - index);
      }
    },
  );

  test(`${name}: a client that leaves does not delay others, and causes no error`, options, async (t) => {
    const service = await start(t, name);
    // Together they exceed the queue.
    for (let round = 0; round < 4; round += 1) {
      const leaving = new AbortController();
      const asked = Promise.allSettled(
        Array.from({ length: 30 }, (_, index) =>
          fetch(new URL(another(30 * round + index), service.address), { signal: leaving.signal }),
        ),
      );
      await (await service.get('/health/live')).text();
      leaving.abort();
      await asked;
      // It is built after them, so all of them have left the queue.
      assert.equal((await service.get(another(1000 + round))).status, 200);
    }
    await eventually('there is room again', async () => {
      const response = await service.get(LONG);
      await response.text();
      return response.status === 200;
    });
    const faults = service.events.filter(({ type }) => type === 'request_failed');
    assert.deepEqual(faults, []);
  });

  test(
    `${name}: a request after a refresh includes its samples, whatever is being built`,
    options,
    async (t) => {
      const upstream = await startUpstream(t, '[]');
      const service = await start(t, name, { SENTICRYPT_URL: upstream.url });
      for (let round = 1; round <= 5; round += 1) {
        const early = service.get(LONG);
        const price = 1_000_000 + round;
        upstream.answer(JSON.stringify([snapshot(NOW - COUNT * STEP + 10 * round, price)]));
        assert.equal((await service.post()).status, 200);
        const { buckets } = await json(service.get(LONG));
        // In the first bucket, which is read first.
        assert.equal(buckets[0].price_max, price);
        await (await early).text();
      }
    },
  );
}

test('histories, verdicts and records have one limit together', async (t) => {
  const service = await start(t, 'SQLite');
  // 65 to each: one route alone would build two and let the others wait.
  const statuses = await Promise.all(
    Array.from({ length: 195 }, async (_, index) => {
      const path = ['history', 'verdicts', 'track-record'][index % 3];
      const from = new Date(NOW - (1250 - index) * 3_600_000).toISOString();
      const response = await service.get(`/${path}?from=${from}&bucket=${index % 3 === 0 ? '15m' : '1h'}`);
      return [response.status, (await json(response)).code];
    }),
  );
  const refused = statuses.filter(([status]) => status !== 200);
  assert.ok(refused.length > 0 && refused.length <= 195 - 66, `${refused.length} refused`);
  assert.deepEqual(new Set(refused.map(String)), new Set(['503,too_many_histories']));
});

test('a stop does not wait for histories in progress', async (t) => {
  const service = await start(t, 'SQLite');
  const asked = Promise.all(
    Array.from({ length: 50 }, async (_, index) => {
      const response = await service.get(another(index));
      return { status: response.status, body: await json(response) };
    }),
  );
  await (await service.get('/health/live')).text();
  await service.stop();
  const answers = await asked;
  const ended = answers.filter(({ status }) => status === 503);
  assert.ok(ended.length > 0);
  for (const { status, body } of answers) {
    if (status === 503) assert.equal(body.code, 'stopping');
    else assert.equal(status, 200);
  }
});
