import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Sample } from '../../../src/domain/sample.ts';
import { trimBefore } from '../../../src/service/retention.ts';
import { eventually } from '../../support/eventually.ts';
import { json } from '../../support/processes/service.ts';
import { STORES, startKept } from '../../support/stores/kept.ts';

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 0, 20, 12);
const CUT = '2026-01-17T00:00:00Z';
/** Fifteen days. */
const SAMPLES: readonly Sample[] = Array.from({ length: 2160 }, (_, index) => ({
  time: NOW - index * 600_000,
  price: 30_000 + ((index * 7919) % 1009) / 7,
  sentiment: ((index * 31) % 199) / 100 - 0.99,
}));

for (const [name, options] of STORES) {
  test(
    `${name}: where samples were deleted, the history has hours, and refuses finer buckets`,
    options,
    async (t) => {
      const service = await startKept(t, name, () => NOW, { RETENTION: '72h' });
      await service.keep(SAMPLES);
      const hourly = '/history?from=oldest&bucket=1h';
      const [hours, answer] = [
        await (await service.get(hourly)).text(),
        await (await service.get('/is-bitcoin-lit')).text(),
      ];
      const fine = `/history?from=2026-01-10&to=2026-01-11&bucket=5m`;
      assert.equal((await service.get(fine)).status, 200);

      const detail = `the samples before ${CUT} were deleted, and only averages of hours remain; the finest bucket is 1h`;
      // Redis trims a day at a time.
      await eventually(detail, async () => (await json(await service.get(fine))).detail === detail);
      const problem = await json(await service.get(fine));
      assert.equal(problem.code, 'samples_deleted');
      assert.equal(problem.bucket, '1h');
      assert.equal((await json(await service.get('/history?from=oldest&bucket=15m'))).bucket, '1h');
      assert.equal((await service.get(`/history?from=${CUT}&bucket=5m`)).status, 200);

      const auto = await json(await service.get('/history?from=2026-01-10&to=2026-01-11'));
      assert.equal(auto.bucket, '1h');
      assert.equal(auto.buckets.length, 24);
      assert.equal((await json(await service.get(`/history?from=${CUT}`))).bucket, '15m');
      assert.equal(await (await service.get(hourly)).text(), hours);
      for (const [at, status, code] of [
        ['2026-01-12T08:30:00Z', 422, 'samples_deleted'],
        // It needs the hour before.
        ['2026-01-17T01:30:00Z', 422, 'samples_deleted'],
        ['2026-01-17T02:30:00Z', 200, undefined],
        ['2026-01-01', 404, 'before_first_sample'],
      ] as const) {
        const past = await service.get(`/is-bitcoin-lit?at=${at}`);
        assert.deepEqual([past.status, (await json(past)).code], [status, code], at);
      }
      assert.equal(await (await service.get('/is-bitcoin-lit')).text(), answer);
    },
  );
}

test('samples are trimmed by whole days, and never within 48 hours of the newest values', () => {
  const before = (retentionMs: number, newest: Parameters<typeof trimBefore>[2], now = NOW) => {
    const time = trimBefore(now, retentionMs, newest);
    return time === undefined ? undefined : new Date(time).toISOString();
  };
  assert.equal(before(2 * DAY, {}), undefined);
  assert.equal(before(3 * DAY, { price: NOW, sentiment: NOW }), '2026-01-17T00:00:00.000Z');
  assert.equal(before(2 * DAY, { price: NOW }), '2026-01-18T00:00:00.000Z');
  assert.equal(before(2 * DAY, { price: NOW, sentiment: NOW - 5 * DAY }), '2026-01-13T00:00:00.000Z');
  // A feed that ended long ago.
  assert.equal(before(30 * DAY, { price: Date.UTC(2021, 6, 7, 17) }), '2021-07-05T00:00:00.000Z');
});
