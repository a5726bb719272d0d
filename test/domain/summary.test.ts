import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answer } from '../../src/domain/answer.ts';
import type { Bucket } from '../../src/domain/bucket.ts';
import { direction, isLit } from '../../src/domain/direction.ts';
import { freshUntil, summarise, type ThreeHours } from '../../src/domain/summary.ts';
import { formatTime } from '../../src/domain/time/time.ts';

const HOUR = 3_600_000;
const START = Date.UTC(2026, 0, 1);

type Value = number | undefined;

function threeHours(
  prices: readonly Value[],
  sentiments: readonly Value[],
  newest: ThreeHours['newest'],
): ThreeHours {
  const bucket = (index: number): Bucket => {
    const price = prices[index];
    const sentiment = sentiments[index];
    return {
      start: START + index * HOUR,
      ...(price !== undefined && { price }),
      ...(sentiment !== undefined && { sentiment }),
      priceSamples: price === undefined ? 0 : 1,
      sentimentSamples: sentiment === undefined ? 0 : 1,
    };
  };
  return { asOf: START + 2.5 * HOUR, newest, hours: [bucket(0), bucket(1), bucket(2)] };
}

test('compares the first and the last value present, as numbers', () => {
  assert.equal(direction([1, 5, 2]), 'rising');
  assert.equal(direction([9, 10, 8]), 'falling');
  // As text 9 would be above 10.
  assert.equal(direction([9, undefined, 10]), 'rising');
  assert.equal(direction([undefined, 3, 2]), 'falling');
  assert.equal(direction([4, undefined, undefined]), 'unknown');
  assert.equal(direction([]), 'unknown');
  // A column has NaN where a value is absent.
  assert.equal(direction([Number.NaN, 3, 2]), 'falling');
  assert.equal(direction([4, Number.NaN, Number.NaN]), 'unknown');
});

test('is flat within 1e-9 of the larger value', () => {
  assert.equal(direction([34_000, undefined, 34_000 * (1 + 9e-10)]), 'flat');
  assert.equal(direction([34_000, undefined, 34_000 * (1 + 2e-9)]), 'rising');
  assert.equal(direction([-0.2, undefined, -0.2 - 1e-12]), 'flat');
});

test('treats rounding errors of sentiments around 0 as flat', () => {
  const summary = summarise(threeHours([1, 2, 3], [0.1 + 0.2 - 0.3, undefined, 0], {}));
  assert.equal(summary.sentimentDirection, 'flat');
  assert.equal(summary.isLit, false);
});

test('is lit if both rise, unknown if either is, otherwise not', () => {
  assert.equal(isLit('rising', 'rising'), true);
  assert.equal(isLit('rising', 'flat'), false);
  assert.equal(isLit('falling', 'rising'), false);
  assert.equal(isLit('unknown', 'falling'), undefined);
  assert.equal(isLit('rising', 'unknown'), undefined);
});

test('becomes stale by the newest price, or the newest sentiment if one is shown', () => {
  const age = (sentiments: readonly Value[], newest: ThreeHours['newest']) =>
    freshUntil(threeHours([1, 1, 1], sentiments, newest), 300);
  assert.equal(age([], { price: 1000 }), 1300);
  assert.equal(age([0.1], { price: 1000, sentiment: 500 }), 800);
  assert.equal(age([0.1], { price: 1000, sentiment: 2000 }), 1300);
  assert.equal(age([], { price: 1000, sentiment: 1 }), 1300, 'a sentiment that is not shown does not matter');
  assert.equal(age([0.1], { sentiment: 2000 }), 2300, 'a price that never was is not old');
});

test('uses null for unknown values, never 0', () => {
  const summary = summarise(threeHours([1, undefined, undefined], [], { price: START }));
  const { hourly_average_of_averages: hours, ...rest } = answer(summary, {
    stale: true,
    source: 'senticrypt',
  });
  assert.deepEqual(hours[1], {
    time: '2026-01-01T01:00:00Z',
    price: null,
    sentiment: null,
    price_samples: 0,
    sentiment_samples: 0,
    complete: true,
  });
  assert.equal(hours[2]?.complete, false);
  assert.deepEqual(rest, {
    sentiment_direction: 'unknown',
    price_direction: 'unknown',
    is_lit: null,
    as_of: '2026-01-01T02:30:00Z',
    stale: true,
    source: 'senticrypt',
  });
});

test('writes times as RFC 3339, with milliseconds only where they are not zero', () => {
  assert.equal(formatTime(1625679018370), '2021-07-07T17:30:18.370Z');
  assert.equal(formatTime(1625677200000), '2021-07-07T17:00:00Z');
});
