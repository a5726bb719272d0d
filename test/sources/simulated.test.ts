import assert from 'node:assert/strict';
import { test } from 'node:test';
import { admit } from '../../src/domain/gate.ts';
import { createSimulatedSource, simulate } from '../../src/sources/simulated.ts';

const NOW = Date.UTC(2026, 0, 1, 12, 0, 10);
const signal = new AbortController().signal;

test('returns the last 24 hours at the first pull, and later only new samples', async () => {
  const source = createSimulatedSource();
  const { samples } = await source.pull({ now: NOW, newest: {}, signal });
  assert.equal(samples.length, 2880);
  assert.equal(samples.at(-1)?.time, Date.UTC(2026, 0, 1, 12));
  const newest = { price: NOW - 60_000, sentiment: NOW - 60_000 };
  const later = await source.pull({ now: NOW, newest, signal });
  assert.deepEqual(later.samples, samples.slice(-2));
  const again = await source.pull({ now: NOW, newest: { price: NOW }, signal });
  assert.deepEqual(again.samples, []);
});

test('is a pure function of time, so that restarts and processes agree', async () => {
  const pulls = [createSimulatedSource(), createSimulatedSource()].map((source) =>
    source.pull({ now: NOW, newest: {}, signal }),
  );
  const [one, other] = await Promise.all(pulls);
  assert.deepEqual(one, other);
});

test('passes the gate, and moves both ways', async () => {
  const year = Array.from({ length: 8760 }, (_, hour) => simulate(NOW + hour * 3_600_000));
  for (const { time, price, sentiment } of year) {
    assert.deepEqual(admit({ time, price, sentiment }, { now: time, timeUnit: 1 }), {
      time,
      price,
      sentiment,
    });
  }
  const steps = year.slice(1).map(({ price = 0 }, index) => Math.sign(price - (year[index]?.price ?? 0)));
  const rises = steps.filter((step) => step > 0).length;
  assert.ok(rises > 3000 && rises < 6000, `${rises} of 8759 hours rise`);
});
