import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readDate } from '../../../../src/sources/live/feeds/dates.ts';

const NOON = Date.UTC(2026, 0, 1, 12);

test('dates of RFC 822 and RFC 3339 are read', () => {
  for (const [text, time] of [
    ['Thu, 01 Jan 2026 12:00:00 GMT', NOON],
    ['Thu, 1 Jan 2026 12:00 UT', NOON],
    ['1 Jan 26 12:00:00 +0000', NOON],
    ['Mon, 01 Jan 2026 12:00:00 Z', NOON],
    ['Thursday, 01 January 2026 07:00:00 EST', NOON],
    ['Thu, 01 Jan 2026 05:00:00 PDT', NOON],
    ['thu, 01 jan 2026 17:30:00 +0530', NOON],
    ['Thu, 01 Jan 2026 08:30:00 -0330', NOON],
    ['Thu, 01 Jan 2026 12:00:00 +0000 (UTC)', NOON],
    ['  Thu, 01 Jan 2026 12:00:00 GMT\n', NOON],
    ['1 Jan 99 12:00:00 GMT', Date.UTC(1999, 0, 1, 12)],
    ['29 Feb 2028 00:00:00 GMT', Date.UTC(2028, 1, 29)],
    ['Thu, 01 Jan 1970 00:00:00 GMT', 0],
    ['2026-01-01T12:00:00Z', NOON],
    ['2026-01-01t13:00:00+01:00', NOON],
    ['2026-01-01 12:00:00.25Z', NOON + 250],
    ['2026-01-01T12:00:00.123456789Z', NOON + 123],
    ['2026-01-01T12:00Z', NOON],
    ['2016-12-31T23:59:60Z', Date.UTC(2017, 0, 1)],
  ] as const) {
    assert.equal(readDate(text), time, text);
  }
});

test('nothing is guessed: no zone, an ambiguous one, or no real date is no date', () => {
  for (const text of [
    '',
    'now',
    'foo 12',
    '1767268800',
    '2026-01-01',
    '2026-01-01T12:00:00',
    '2026-01-01T12:00:00+0100',
    '2026-02-29T12:00:00Z',
    '2026-13-01T12:00:00Z',
    '2026-00-01T12:00:00Z',
    '2026-01-00T12:00:00Z',
    '2026-01-01T24:00:00Z',
    '2026-01-01T12:60:00Z',
    '2026-01-01T12:00:00+24:00',
    'Thu, 01 Jan 2026 12:00:00',
    'Thu, 01 Jan 2026 12:00:00 BST',
    'Thu, 01 Jan 2026 12:00:00 IST',
    'Thu, 01 Jan 2026 12:00:00 A',
    'Thu, 32 Jan 2026 12:00:00 GMT',
    'Thu, 01 Foo 2026 12:00:00 GMT',
    'Thu, 01 Jan 126 12:00:00 GMT',
    `Thu, 01 Jan 2026 12:00:00 GMT${' '.repeat(100)}`,
    'x'.repeat(1_000_000),
  ]) {
    assert.equal(readDate(text), undefined, text.slice(0, 60));
  }
});
