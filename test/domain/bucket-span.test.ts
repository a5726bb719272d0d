import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { bucketsOf, chooseSpan, spanOf, WIDTH_NAMES } from '../../src/domain/time/bucket-span.ts';
import { WIDTHS } from '../../src/domain/time/bucket-width.ts';

const DAY = 86_400_000;
const START = Date.UTC(2026, 0, 1);

const range = fc
  .tuple(
    fc.integer({ min: Date.UTC(2009, 0), max: Date.UTC(2040, 0) }),
    fc.integer({ min: 1, max: 8000 * DAY }),
  )
  .map(([from, length]) => ({ from, to: from + length }));

test('a span contains its range in whole buckets, and no unneeded bucket', () => {
  fc.assert(
    fc.property(range, fc.constantFrom(...WIDTH_NAMES), ({ from, to }, name) => {
      const span = spanOf({ from, to }, name);
      const width = WIDTHS[name];
      assert.ok(span.from <= from && from - span.from < width);
      assert.ok(span.to >= to && span.to - to < width);
      assert.ok(Number.isInteger(bucketsOf(span)));
      if (name === '1w') assert.equal(new Date(span.from).getUTCDay(), 1);
    }),
  );
});

test('auto chooses the finest width with at most 600 buckets', () => {
  fc.assert(
    fc.property(range, (one) => {
      const counts = WIDTH_NAMES.map((name) => bucketsOf(spanOf(one, name)));
      const expected = WIDTH_NAMES[counts.findIndex((count) => count <= 600)] ?? '1w';
      assert.equal(chooseSpan(one, 'auto').bucket, expected);
    }),
  );
});

for (const [what, length, bucket] of [
  ['five hours', (DAY / 24) * 5, '30s'],
  ['a day', DAY, '5m'],
  ['thirty days', 30 * DAY, '4h'],
  ['a year', 365 * DAY, '1d'],
  ['ten years', 3650 * DAY, '1w'],
  ['fifty years', 50 * 365 * DAY, '1w'],
] as const) {
  test(`auto makes ${bucket} of ${what}`, () => {
    assert.equal(chooseSpan({ from: START, to: START + length }, 'auto').bucket, bucket);
  });
}

test('auto allows exactly 600 buckets, and not one more', () => {
  const length = 600 * 30_000;
  assert.equal(chooseSpan({ from: START, to: START + length }, 'auto').bucket, '30s');
  assert.equal(chooseSpan({ from: START, to: START + length + 1 }, 'auto').bucket, '1m');
});
