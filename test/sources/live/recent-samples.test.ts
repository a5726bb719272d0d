import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Sample } from '../../../src/domain/sample.ts';
import type { Range } from '../../../src/domain/time/range.ts';
import { createRecentSamples } from '../../../src/sources/live/recent-samples.ts';

const NOW = Date.UTC(2026, 0, 2, 12);
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** A store that counts its reads. */
function storeOf(kept: Sample[]) {
  const store = {
    reads: 0,
    async *samples({ from, to }: Range) {
      store.reads += 1;
      yield kept.filter(({ time }) => time >= from && time < to);
    },
  };
  return store;
}

test('a read finds the last price of each minute, and the times with a price and no sentiment', async () => {
  const { samples } = storeOf([
    { time: NOW - DAY - 11 * MINUTE, price: 1 },
    { time: NOW - DAY - 5 * MINUTE, price: 2 },
    { time: NOW - 2 * MINUTE, price: 3, sentiment: 0 },
    { time: NOW - 2 * MINUTE + 30_000, price: 4 },
    { time: NOW - MINUTE, sentiment: 0.5 },
    { time: NOW, price: 5 },
  ]);
  assert.deepEqual(await createRecentSamples().read(NOW, samples), {
    prices: [
      { time: NOW - DAY - 5 * MINUTE, price: 2 },
      { time: NOW - 2 * MINUTE + 30_000, price: 4 },
      { time: NOW, price: 5 },
    ],
    withoutSentiment: [NOW - 2 * MINUTE + 30_000, NOW],
  });
});

test('ten ticks a second read the store once in ten seconds, and see their own samples', async () => {
  const store = storeOf([]);
  const recent = createRecentSamples();
  for (let tick = 0; tick < 300; tick += 1) {
    const now = NOW + tick * 100;
    const { prices } = await recent.read(now, store.samples);
    if (tick % 100 > 0) assert.deepEqual(prices.at(-1), { time: now - 100, price: tick - 1 });
    recent.add({ time: now, price: tick, sentiment: 0 });
  }
  assert.ok(store.reads >= 1 && store.reads <= 3, `${store.reads} reads in thirty seconds`);
  recent.invalidate();
  const { reads } = store;
  await recent.read(NOW + 30_000, store.samples);
  assert.equal(store.reads, reads + 1);
  await recent.read(NOW, store.samples);
  assert.equal(store.reads, reads + 2, 'a clock that was set back makes the cached day useless');
});
