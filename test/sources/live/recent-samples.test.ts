import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Sample } from '../../../src/domain/sample.ts';
import type { Range } from '../../../src/domain/time/range.ts';
import { createDayLook } from '../../../src/sources/live/recent-samples.ts';

const NOW = Date.UTC(2026, 0, 2, 12);
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** A store that says how often it was asked. */
function storeOf(kept: Sample[]) {
  const store = {
    looks: 0,
    async *samples({ from, to }: Range) {
      store.looks += 1;
      yield kept.filter(({ time }) => time >= from && time < to);
    },
  };
  return store;
}

test('of each minute the last price, and the times that have a price and no sentiment', async () => {
  const { samples } = storeOf([
    { time: NOW - DAY - 11 * MINUTE, price: 1 },
    { time: NOW - DAY - 5 * MINUTE, price: 2 },
    { time: NOW - 2 * MINUTE, price: 3, sentiment: 0 },
    { time: NOW - 2 * MINUTE + 30_000, price: 4 },
    { time: NOW - MINUTE, sentiment: 0.5 },
    { time: NOW, price: 5 },
  ]);
  assert.deepEqual(await createDayLook().look(NOW, samples), {
    prices: [
      { time: NOW - DAY - 5 * MINUTE, price: 2 },
      { time: NOW - 2 * MINUTE + 30_000, price: 4 },
      { time: NOW, price: 5 },
    ],
    unfelt: [NOW - 2 * MINUTE + 30_000, NOW],
  });
});

test('ten ticks a second look at the day once in ten seconds, and know their own samples', async () => {
  const store = storeOf([]);
  const days = createDayLook();
  for (let tick = 0; tick < 300; tick += 1) {
    const now = NOW + tick * 100;
    const { prices } = await days.look(now, store.samples);
    if (tick % 100 > 0) assert.deepEqual(prices.at(-1), { time: now - 100, price: tick - 1 });
    days.note({ time: now, price: tick, sentiment: 0 });
  }
  assert.ok(store.looks >= 1 && store.looks <= 3, `${store.looks} looks in thirty seconds`);
  days.forget();
  const { looks } = store;
  await days.look(NOW + 30_000, store.samples);
  assert.equal(store.looks, looks + 1);
  await days.look(NOW, store.samples);
  assert.equal(store.looks, looks + 2, 'a clock that was set back is no reason to trust the last look');
});
