import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { createTrackRecords } from '../../src/service/past/track-records.ts';
import { openSqlite } from '../../src/stores/sqlite/open.ts';
import { temporaryFolder } from '../support/temporary.ts';

const HOUR = 3_600_000;
const START = Date.UTC(2026, 0, 5);
const LENGTH = 3000;
const { signal } = new AbortController();

test('records of many ranges are right, although the memory of dropped ones is used again', async (t) => {
  const opened = await openSqlite({
    path: join(temporaryFolder(t), 'samples.sqlite'),
    access: 'serve',
  });
  assert.ok(opened);
  const { store } = opened;
  t.after(() => store[Symbol.asyncDispose]());
  // Longer and longer gaps, so that hours without samples follow others in the same memory.
  const hours = Array.from({ length: LENGTH }, (_, hour) => hour).filter((hour) => hour % 64 > hour / 60);
  await store.append(
    hours.map((hour) => ({
      time: START + hour * HOUR,
      price: 100 + ((hour * 7919) % 101),
      sentiment: ((hour * 31) % 21) / 10 - 1,
    })),
    signal,
  );
  const create = () =>
    createTrackRecords({ store, source: { name: 'simulated' }, clock: () => START + LENGTH * HOUR });
  const kept = create();
  for (const length of [3000, 2900, 1200, 2000, 40, 2500, 3000, 2900, 700, 1300, 2500]) {
    const range = { from: START + (LENGTH - length) * HOUR, to: START + LENGTH * HOUR };
    assert.deepEqual(await kept.read(range, signal), await create().read(range, signal), `${length} hours`);
  }
});
