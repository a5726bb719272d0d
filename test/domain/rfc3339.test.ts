import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { startOfDate } from '../../src/domain/time/calendar.ts';
import { parseRfc3339 } from '../../src/domain/time/rfc3339.ts';

test('a date exists if Date does not move it to another day', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 9999 }),
      fc.integer({ min: -1, max: 14 }),
      fc.integer({ min: -1, max: 33 }),
      (year, month, day) => {
        const date = new Date(new Date(0).setUTCFullYear(year, month - 1, day));
        const exists = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
        assert.equal(startOfDate(year, month, day), exists ? date.getTime() : Number.NaN);
      },
    ),
  );
  assert.equal(startOfDate(Number.NaN, 1, 1), Number.NaN);
  assert.equal(startOfDate(2026, Number.NaN, 1), Number.NaN);
  assert.equal(startOfDate(2026, 1, Number.NaN), Number.NaN);
});

test('an invalid time has a reason', () => {
  for (const [text, result] of [
    ['2026-01-02T03:04:05Z', Date.UTC(2026, 0, 2, 3, 4, 5)],
    ['2026-01-02t03:04:05.25+02:00', Date.UTC(2026, 0, 2, 1, 4, 5, 250)],
    ['2026-01-02', Date.UTC(2026, 0, 2)],
    ['2026-02-29', 'no_such_date'],
    ['2026-01-02T24:00:00Z', 'no_such_time'],
    ['2026-01-02T03:04:05+24:00', 'no_such_time'],
    ['2016-12-31T23:59:60Z', 'leap_second'],
    ['2026-01-02T03:04:05', 'not_rfc3339'],
    ['2026-01-02T03:04:05 02:00', 'not_rfc3339'],
    ['2026-01-02 03:04:05Z', 'not_rfc3339'],
    ['', 'not_rfc3339'],
  ] as const)
    assert.equal(parseRfc3339(text), result, text);
});
