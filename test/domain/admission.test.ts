import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { admit, type RejectionReason } from '../../src/domain/admission.ts';

const NOW = Date.UTC(2026, 0, 1);
const seconds = NOW / 1000;

const admitOne = (time: unknown, price: unknown, sentiment: unknown) =>
  admit({ time, price, sentiment }, { now: NOW, timeUnit: 1000 });

const rejected: readonly [
  what: string,
  reason: RejectionReason,
  time: unknown,
  price: unknown,
  sentiment: unknown,
][] = [
  ['no time', 'time_invalid', undefined, 1, 0],
  ['null for a time', 'time_invalid', null, 1, 0],
  ['text for a time', 'time_invalid', 'yesterday', 1, 0],
  ['NaN as text', 'time_invalid', 'NaN', 1, 0],
  ['an infinite time', 'time_invalid', Number.POSITIVE_INFINITY, 1, 0],
  ['a time of 1e400', 'time_invalid', '1e400', 1, 0],
  ['a boolean time', 'time_invalid', true, 1, 0],
  ['a list for a time', 'time_invalid', [seconds], 1, 0],
  ['the time 0', 'time_before_bitcoin', 0, 1, 0],
  ['a negative time', 'time_before_bitcoin', -seconds, 1, 0],
  ['the second before 2009-01-03', 'time_before_bitcoin', Date.UTC(2009, 0, 3) / 1000 - 1, 1, 0],
  ['61 s ahead of the clock', 'time_in_the_future', seconds + 61, 1, 0],
  ['milliseconds where seconds belong', 'time_in_the_future', NOW, 1, 0],
  ['microseconds where seconds belong', 'time_in_the_future', NOW * 1000, 1, 0],
  ['a price of 0', 'price_invalid', seconds, 0, 0],
  ['a price of -0', 'price_invalid', seconds, -0, 0],
  ['a negative price', 'price_invalid', seconds, -1, 0],
  ['an infinite price', 'price_invalid', seconds, Number.POSITIVE_INFINITY, 0],
  ['a price above 1e12', 'price_invalid', seconds, 1_000_000_000_001, 0],
  ['a price near the largest double, as text', 'price_invalid', seconds, '1.7e308', 0],
  ['NaN for a price', 'price_invalid', seconds, Number.NaN, 0],
  ['NaN as text for a price', 'price_invalid', seconds, 'NaN', 0],
  ['Infinity as text', 'price_invalid', seconds, 'Infinity', 0],
  ['1e400 as text', 'price_invalid', seconds, '1e400', 0],
  ['an empty text', 'price_invalid', seconds, '', 0],
  ['a text with blanks', 'price_invalid', seconds, ' 1', 0],
  ['a line end after a number', 'price_invalid', seconds, '1\n', 0],
  ['hexadecimal', 'price_invalid', seconds, '0x10', 0],
  ['a thousands separator', 'price_invalid', seconds, '33,885.23', 0],
  ['a plus sign', 'price_invalid', seconds, '+1', 0],
  ['no digits after the point', 'price_invalid', seconds, '1.', 0],
  ['41 characters', 'price_invalid', seconds, '1'.repeat(41), 0],
  ['a million digits', 'price_invalid', seconds, '1'.repeat(1_000_000), 0],
  ['an object with valueOf', 'price_invalid', seconds, { valueOf: () => 1 }, 0],
  ['a sentiment above 1', 'sentiment_invalid', seconds, 1, 1.000001],
  ['a sentiment below -1', 'sentiment_invalid', seconds, 1, -1.000001],
  ['a text for a sentiment', 'sentiment_invalid', seconds, 1, 'good'],
  ['neither value', 'no_value', seconds, null, undefined],
];

for (const [what, reason, time, price, sentiment] of rejected) {
  test(`rejects ${what}`, () => {
    assert.equal(admitOne(time, price, sentiment), reason);
  });
}

test('converts the time like the tutorial: seconds to truncated milliseconds', () => {
  assert.deepEqual(admitOne(1625592626.3452034, '33885.23', 0.2), {
    time: 1625592626345,
    price: 33885.23,
    sentiment: 0.2,
  });
});

test('accepts 60 s ahead of the clock, and the first day of Bitcoin', () => {
  assert.deepEqual(admitOne(seconds + 60, 1, null), { time: NOW + 60_000, price: 1 });
  assert.deepEqual(admitOne(1_230_940_800, 1, null), { time: Date.UTC(2009, 0, 3), price: 1 });
});

test('accepts one value without the other, and omits the absent one', () => {
  assert.deepEqual(admitOne(seconds, 5, undefined), { time: NOW, price: 5 });
  assert.deepEqual(admitOne(seconds, null, '-1'), { time: NOW, sentiment: -1 });
});

test('accepts numbers in text of up to 40 characters', () => {
  assert.deepEqual(admitOne(`${seconds}`, '1e-3', '-2.5E-1'), { time: NOW, price: 0.001, sentiment: -0.25 });
  assert.deepEqual(admitOne(seconds, '1e12', null), { time: NOW, price: 1e12 });
  assert.deepEqual(admitOne(seconds, `1.${'0'.repeat(38)}`, null), { time: NOW, price: 1 });
});

test('turns -0 into 0', () => {
  const sample = admitOne(seconds, null, '-0');
  assert.ok(typeof sample === 'object' && Object.is(sample.sentiment, 0));
});

test('rejects everything out of bounds, whatever the input', () => {
  fc.assert(
    fc.property(fc.anything(), fc.anything(), fc.anything(), (time, price, sentiment) => {
      const sample = admitOne(time, price, sentiment);
      if (typeof sample === 'string') return;
      assert.ok(Number.isInteger(sample.time) && sample.time <= NOW + 60_000);
      assert.ok(sample.price !== undefined || sample.sentiment !== undefined);
      assert.ok(sample.price === undefined || (sample.price > 0 && Number.isFinite(sample.price)));
      assert.ok(sample.sentiment === undefined || Math.abs(sample.sentiment) <= 1);
    }),
  );
});
