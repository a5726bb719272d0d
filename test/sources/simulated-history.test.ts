import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { DAY } from '../../src/domain/time/bucket-width.ts';
import { eventually } from '../support/eventually.ts';
import { json, startTestService, type TestService } from '../support/processes/service.ts';
import { deleteKeys, STORES } from '../support/stores/kept.ts';
import { testRedis } from '../support/stores/redis.ts';
import { temporaryFolder } from '../support/temporary.ts';

const HOUR = 3_600_000;

function settingsOf(t: TestContext, store: 'SQLite' | 'Redis'): Record<string, string> {
  // A pull fills history for half of the interval.
  const common = { SOURCE: 'simulated', REFRESH_INTERVAL: '1s' };
  if (store === 'SQLite') return { ...common, DATA_DIR: temporaryFolder(t) };
  const { url, keyPrefix } = testRedis();
  t.after(() => deleteKeys(keyPrefix));
  return { ...common, REDIS_URL: url, KEY_PREFIX: keyPrefix };
}

/** The hours that have prices, newest first. Epoch milliseconds. */
async function hoursOf(service: TestService): Promise<number[]> {
  const { buckets } = await json(service.get('/history?from=oldest&to=now&bucket=1h'));
  return (buckets as { time: string; price: number | null }[])
    .filter(({ price }) => price !== null)
    .map(({ time }) => Date.parse(time))
    .reverse();
}

const daysOf = (hours: readonly number[]): number => (Date.now() - (hours.at(-1) ?? Date.now())) / DAY;

for (const [store, options] of STORES) {
  test(
    `${store}: older days appear in the background, go on after a restart, and hold no refresh up`,
    options,
    async (t) => {
      const settings = settingsOf(t, store);
      const service = await startTestService(t, settings);
      await eventually('some days are there', async () => daysOf(await hoursOf(service)) > 4, 60_000);
      const { received } = await json(service.post());
      assert.ok(received < 400 * 2000, 'a refresh ends before the whole history is there');
      assert.ok(daysOf(await hoursOf(service)) < 399);
      await service.stop();

      const again = await startTestService(t, settings);
      const before = await hoursOf(again);
      await eventually('it goes on', async () => daysOf(await hoursOf(again)) > daysOf(before) + 2, 60_000);
      const hours = await hoursOf(again);
      const steps = hours.slice(1).map((hour, index) => (hours[index] ?? 0) - hour);
      assert.ok(Math.max(...steps) <= 9 * HOUR, 'there are gaps of some hours, and no day is missing');
      await again.stop();
      assert.deepEqual(
        [...service.events, ...again.events].filter(({ type }) => /failed|unfit|warning/.test(type)),
        [],
      );
    },
  );
}
