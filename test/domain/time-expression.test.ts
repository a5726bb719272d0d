import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { dateText } from '../../src/domain/time/calendar.ts';
import { MomentError, parseMoment } from '../../src/domain/time/time-expression.ts';

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 0, 2, 3, 4, 5, 678);

test('a date has the format of Date, from the year 0 to 9999', () => {
  const first = new Date(0).setUTCFullYear(0, 0, 1);
  const last = Date.UTC(9999, 11, 31);
  // Every seventh day, and each of the days around which years begin and Februaries end.
  for (let at = first; at <= last; at += 7 * DAY) {
    assert.equal(dateText(at), new Date(at).toISOString().slice(0, 10));
  }
  for (let year = 0; year <= 9999; year += 1) {
    for (const [month, day] of [
      [0, 1],
      [1, 29],
      [11, 31],
    ] as const) {
      const at = new Date(0).setUTCFullYear(year, month, day);
      assert.equal(dateText(at), new Date(at).toISOString().slice(0, 10));
    }
  }
});

test('RFC 3339 is parsed in any offset, case and precision', () => {
  const offset = fc.integer({ min: -1439, max: 1439 });
  const time = fc.integer({ min: Date.UTC(1600, 0, 1), max: Date.UTC(9000, 0, 1) });
  fc.assert(
    fc.property(time, offset, fc.boolean(), (at, minutes, isLower) => {
      const local = new Date(at + minutes * 60_000).toISOString().slice(0, -1);
      const size = Math.abs(minutes);
      const two = (value: number) => String(value).padStart(2, '0');
      const sign = minutes < 0 ? '-' : '+';
      const zone = minutes === 0 ? 'Z' : `${sign}${two(Math.floor(size / 60))}:${two(size % 60)}`;
      const text = local + zone;
      const read = parseMoment(isLower ? text.toLowerCase() : text, NOW);
      assert.equal(Math.round(Number(read) * 1000), at * 1000, text);
    }),
  );
});

for (const [text, expected] of [
  ['2021-07-08T17:00:00Z', Date.UTC(2021, 6, 8, 17)],
  ['2021-07-08t17:00:00z', Date.UTC(2021, 6, 8, 17)],
  ['2021-07-08T17:00:00.25Z', Date.UTC(2021, 6, 8, 17, 0, 0, 250)],
  ['2021-07-08T17:00:00+02:00', Date.UTC(2021, 6, 8, 15)],
  // A plus that was not encoded arrives as a space.
  ['2021-07-08T17:00:00 02:00', Date.UTC(2021, 6, 8, 15)],
  ['2021-07-08T17:00:00-00:00', Date.UTC(2021, 6, 8, 17)],
  ['2020-02-29T23:59:59-23:59', Date.UTC(2020, 2, 1, 23, 58, 59)],
  ['2021-07-08', Date.UTC(2021, 6, 8)],
  ['now', NOW],
  ['oldest', 'oldest'],
  ['-90m', NOW - 90 * 60_000],
  ['-24h', NOW - DAY],
  ['-7d', NOW - 7 * DAY],
  ['-2w', NOW - 14 * DAY],
  ['-10y', NOW - 3650 * DAY],
  ['-0d', NOW],
] as const) {
  test(`${text} is a moment`, () => assert.equal(parseMoment(text, NOW), expected));
}

for (const [text, reason] of [
  ['2021-02-29T00:00:00Z', /date/],
  ['1900-02-29T00:00:00Z', /date/],
  ['2021-04-31T00:00:00Z', /date/],
  ['2021-13-01T00:00:00Z', /date/],
  ['2021-00-10T00:00:00Z', /date/],
  ['2021-01-00T00:00:00Z', /date/],
  ['2021-01-01T24:00:00Z', /time of day/],
  ['2021-01-01T00:60:00Z', /time of day/],
  ['2021-01-01T00:00:00+24:00', /time of day/],
  ['2016-12-31T23:59:60Z', /leap second/],
  ['2021-01-01T12:00:61Z', /leap second/],
  ['0000-12-31T00:00:00Z', /years/],
  ['9999-01-01T00:00:00Z', /years/],
  ['-999999999y', /years/],
  ['2021-01', /RFC 3339/],
  ['2021-02-29', /date/],
  ['9999-01-01', /years/],
  ['2021-01-01T00:00Z', /RFC 3339/],
  ['2021-01-01T00:00:00', /RFC 3339/],
  ['2021-01-01 00:00:00Z', /RFC 3339/],
  ['2021-01-01T00:00:00.Z', /RFC 3339/],
  ['+2021-01-01T00:00:00Z', /RFC 3339/],
  ['２021-01-01T00:00:00Z', /RFC 3339/],
  ['1625763600', /RFC 3339/],
  ['-7', /RFC 3339/],
  ['7d', /RFC 3339/],
  ['-7M', /RFC 3339/],
  ['-1.5d', /RFC 3339/],
  ['--7d', /RFC 3339/],
  ['-0000000001d', /RFC 3339/],
  ['Now', /RFC 3339/],
  ['now ', /RFC 3339/],
  ['', /RFC 3339/],
] as const) {
  test(`"${text}" is not a moment`, () => {
    assert.throws(
      () => parseMoment(text, NOW),
      (error) => error instanceof MomentError && reason.test(error.message),
    );
  });
}
