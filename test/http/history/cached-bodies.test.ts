import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { test } from 'node:test';
import type { Sample } from '../../../src/domain/sample.ts';
import { json } from '../../support/processes/service.ts';
import { createDedicatedRedis } from '../../support/stores/dedicated-redis.ts';
import { STORES, startKept } from '../../support/stores/kept.ts';
import { needsRedis } from '../../support/stores/redis.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOW = Date.UTC(2026, 0, 7, 12, 34, 56);
/** Up to an hour before the clock. */
const HOURS: readonly Sample[] = Array.from({ length: 480 }, (_, index) => ({
  time: NOW - (index + 1) * HOUR,
  price: 100 + index,
  sentiment: 0.25,
}));
const PATHS = [
  '/history?from=-20d&bucket=1h',
  '/history?from=-20d&bucket=1d&format=csv',
  '/verdicts?from=-20d',
  '/track-record',
];

for (const [name, options] of STORES) {
  test(`${name}: what another process changes is in the next response`, options, async (t) => {
    const service = await startKept(t, name, () => NOW);
    await service.keep(HOURS);
    const read = (path: string) =>
      service.get(path).then(async (response) => hash('sha256', await response.text()));
    const readAll = () => Promise.all(PATHS.map(read));
    const before = await readAll();
    assert.deepEqual(await readAll(), before);
    // It makes one hour that was not lit lit, or the other way round.
    await service.keep([{ time: NOW - 5 * DAY + 1000, price: 1e6, sentiment: 1 }]);
    const after = await readAll();
    for (const [index, path] of PATHS.entries()) assert.notEqual(after[index], before[index], path);
    await service.forget({ from: NOW - 5 * DAY + 1000, to: NOW - 5 * DAY + 1001 });
    assert.deepEqual(await readAll(), await readAll());
    const { buckets } = await json(service.get('/history?from=-6d&to=-4d&bucket=1h'));
    assert.equal(Math.max(...buckets.map((one: { price: number }) => one.price)), 100 + 6 * 24 - 1);
  });
}

test('a response that was built for this version of the store is not built again', needsRedis, async (t) => {
  const redis = await createDedicatedRedis(t);
  await redis.start();
  const service = await startKept(t, 'Redis', () => NOW, {
    REDIS_URL: `redis://127.0.0.1:${redis.port}`,
    REFRESH_INTERVAL: '0',
  });
  await service.keep(HOURS);
  async function sentFor(path: string): Promise<number> {
    await redis.command('CONFIG', 'RESETSTAT');
    assert.equal((await service.get(path)).status, 200);
    return Number(/total_net_output_bytes:(\d+)/.exec(String(await redis.command('INFO', 'stats')))?.[1]);
  }
  for (const path of PATHS.slice(0, 3)) {
    const first = await sentFor(path);
    const again = await sentFor(path);
    assert.ok(first > 15_000, `${path}: ${first} bytes from Redis`);
    assert.ok(again < 2000, `${path}, again: ${again} bytes from Redis`);
  }
});
