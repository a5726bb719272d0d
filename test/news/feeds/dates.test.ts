import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readDate } from '../../../src/news/feeds/dates/dates.ts';

const timeOf = (text: string): number | undefined => {
  const reading = readDate(text);
  return 'time' in reading ? reading.time : undefined;
};

const refusalOf = (text: string): string | undefined => {
  const reading = readDate(text);
  return 'refused' in reading ? reading.refused : undefined;
};

const NOON = Date.UTC(2026, 0, 1, 12);

test('dates of RFC 822 and RFC 3339 are parsed', () => {
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
    assert.equal(timeOf(text), time, text);
  }
});

test('dates without a zone, with an ambiguous one, or that do not exist are rejected', () => {
  for (const text of [
    '',
    'now',
    'foo 12',
    '1767268800',
    '2026-01-01',
    '2026-01-01T12:00:00',
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
    assert.equal(timeOf(text), undefined, text.slice(0, 60));
  }
});

/** Shapes that feeds were reported with, all with an explicit zone. */
const REPORTED = [
  ['2025-08-04T09:35:33-0400', '2025-08-04T13:35:33Z'],
  ['Mon, 04 Aug 2025 09:35:33 GMT+0000', '2025-08-04T09:35:33Z'],
  ['Mon, May 25 2020 21:25:00 +0000', '2020-05-25T21:25:00Z'],
  ['Fri Apr 03 17:00:00 UTC 2020', '2020-04-03T17:00:00Z'],
  ['2026-11-27 10:00:00 +0000', '2026-11-27T10:00:00Z'],
  ['Fri, 27 Nov 2026 10:00:00 +00:00', '2026-11-27T10:00:00Z'],
  // By offset.
  ['Fri, 27 Nov 2026 10:00:00 GMT-07:00', '2026-11-27T17:00:00Z'],
  ['Fri, 27 Nov 2026 10:00:00 UTC+2', '2026-11-27T08:00:00Z'],
  ['Fri, 27 Nov 2026 10:00:00 GMT+5:30', '2026-11-27T04:30:00Z'],
  ['Fri, 27 Nov 2026 10:00:00 -3:30', '2026-11-27T13:30:00Z'],
  ['Fri, 27 Nov 2026 10:00:00 GMT +0000', '2026-11-27T10:00:00Z'],
  ['Fri, 27 Nov 2026 10:00:00 PST -0800', '2026-11-27T18:00:00Z'],
  ['Fri, 27 Nov 2026 10:00:00 -0800 PST', '2026-11-27T18:00:00Z'],
  ['Fri, 27 Nov 2026 10:00:00 EST-05:00', '2026-11-27T15:00:00Z'],
  ['Fri, 27 Nov 2026 10:00:00 +0530 IST', '2026-11-27T04:30:00Z'],
  ['Fri, 27 Nov 2026 10:00:00+0100', '2026-11-27T09:00:00Z'],
  ['Fri, 27 Nov 2026 10:00:00 −0100', '2026-11-27T11:00:00Z'],
  ['2026-11-27 10:00:00+00', '2026-11-27T10:00:00Z'],
  ['2026-11-27T10:00:00,5Z', '2026-11-27T10:00:00.500Z'],
  ['2026-11-27T10:00:00+00:00Z', '2026-11-27T10:00:00Z'],
  ['2026-11-27 10:00:00.123456789 -0700 MST', '2026-11-27T17:00:00.123Z'],
  ['2026-11-27T10:00:00+01:00[Europe/Paris]', '2026-11-27T09:00:00Z'],
  ['20261127T100000Z', '2026-11-27T10:00:00Z'],
  ['2026/11/27 10:00:00 UTC', '2026-11-27T10:00:00Z'],
  // With comments.
  ['Fri (a weekday), 27 Nov (or so) 2026 10:00:00 +0000', '2026-11-27T10:00:00Z'],
  ['Fri, 27 Nov 2026 10:00:00 +0100 (CET (Paris))', '2026-11-27T09:00:00Z'],
  ['Fri, 27 Nov 2026 10:00:00 (local time) GMT', '2026-11-27T10:00:00Z'],
  // By name.
  ['Fri, 27 Nov 2026 10:00:00 CET', '2026-11-27T09:00:00Z'],
  ['Fri, 27 Nov 2026 10:00:00 JST', '2026-11-27T01:00:00Z'],
  ['Fri, 31 Jul 2026 10:00:00 America/Los_Angeles', '2026-07-31T17:00:00Z'],
  ['Fri, 27 Nov 2026 10:00:00 Europe/Brussels', '2026-11-27T09:00:00Z'],
  ['Fri, 27 Nov 2026 10:00:00 Etc/UTC', '2026-11-27T10:00:00Z'],
  // The month by name, wherever it stands.
  ['Friday, 27-Nov-26 10:00:00 GMT', '2026-11-27T10:00:00Z'],
  ['Fri,27 NOV 2026 10:00:00 GMT', '2026-11-27T10:00:00Z'],
  ['Fri, 27th Nov 2026, 10:00 GMT', '2026-11-27T10:00:00Z'],
  ['Fri Nov 27 10:00:00 2026 +0100', '2026-11-27T09:00:00Z'],
  ['Fri Nov 27 10:00:00 +0100 2026', '2026-11-27T09:00:00Z'],
  ['Fri Nov 27 2026 10:00:00 GMT+0100 (Central European Standard Time)', '2026-11-27T09:00:00Z'],
  ['Nov. 27, 2026, 10:00 a.m. EST', '2026-11-27T15:00:00Z'],
  ['Fri, November 27, 2026 at 01:11 PM EST', '2026-11-27T18:11:00Z'],
  ['Friday, November 27, 2026 - 12:09am EST', '2026-11-27T05:09:00Z'],
  ['November 27, 2026 12:30\u202fPM UTC', '2026-11-27T12:30:00Z'],
  // In other languages than English.
  ['ven., 27 nov. 2026 10:00:00 +0000', '2026-11-27T10:00:00Z'],
  ['mar., 01 déc. 2026 10:00:00 +0100', '2026-12-01T09:00:00Z'],
  ['Do, 26 Mär 2026 10:00:00 +0100', '2026-03-26T09:00:00Z'],
  ['26. Mrz 2026 10:00:00 +0100', '2026-03-26T09:00:00Z'],
  ['dom, 04 ott 2026 10:00:00 GMT', '2026-10-04T10:00:00Z'],
  ['domingo, 4 ago 2026 10:00:00 -0300', '2026-08-04T13:00:00Z'],
] as const;

test('every form with an explicit zone and an unambiguous day and month is parsed', () => {
  for (const [text, time] of REPORTED) {
    assert.equal(timeOf(text), Date.parse(time), `${text}: ${refusalOf(text)}`);
    assert.equal(timeOf(` ${text}\n`), Date.parse(time), text);
  }
});

test('ambiguous dates are rejected with a reason', () => {
  for (const [text, refused] of [
    ['Fri, 27 Nov 2026 10:00:00', 'no time zone'],
    ['Fri Nov 27 10:00:00 2026', 'no time zone'],
    ['Friday, November 27, 2026 - 3:09pm', 'no time zone'],
    ['2026-11-27 10:00:00', 'no time zone'],
    ['Fri, 27 Nov 2026 10:00:00 BST', 'the ambiguous time zone BST'],
    ['Fri, 27 Nov 2026 10:00:00 ist', 'the ambiguous time zone IST'],
    ['Fri, 27 Nov 2026 10:00:00 N', 'the ambiguous time zone N'],
    ['Fri, 27 Nov 2026 10:00:00 MESZ', 'the unknown time zone MESZ'],
    ['Fri, 27 Nov 2026 10:00:00 (CET)', 'no time zone'],
    ['Fri, 27 Nov 2026 10:00:00 -0400 EST', 'two time zones that differ'],
    ['2026-11-27T10:00:00-05:00Z', 'two time zones that differ'],
    ['Fri, 27 Nov 2026 10:00:00 +9900', 'an impossible time zone'],
    ['Fri, 27 Nov 2026 10:00:00 GMT +0530', 'two time zones that differ'],
    ['Fri, 27 Nov 2026 10:00:00 +1200p', 'an unknown time zone'],
    ['Fri, 27 Nov 2026 10:00:00 --0700', 'an unknown time zone'],
    ['Fri, 27 Nov 2026 10:00:00 Etc/GMT+5', 'an unknown time zone'],
    ['Fri, 27 Nov 2026 10:00:00 Europe/Nowhere', 'a time zone that does not tell the time'],
    // Clocks showed half past two twice that night, and never in the other.
    ['Sun, 25 Oct 2026 02:30:00 Europe/Paris', 'a time zone that does not tell the time'],
    ['Sun, 29 Mar 2026 02:30:00 Europe/Paris', 'a time zone that does not tell the time'],
    ['11/12/2026 10:00:00 GMT', 'day and month in doubt'],
    ['Fri, 11 12 2026 10:00:00 +0100', 'day and month in doubt'],
    ['27.11.2026 10:00:00 +0100', 'day and month in doubt'],
    ['09-10-26 4:20 pm PST', 'day and month in doubt'],
    ['Fri, 27 Nov 2026', 'no time of day'],
    ['2026-11-27', 'no time of day'],
    ['1795773600', 'a bare number (seconds)'],
    ['1795773600000', 'a bare number (milliseconds)'],
    ['1795773600000000', 'a bare number (microseconds)'],
    ['Fri, 27 Nov 2026 13:00 PM GMT', 'a day or time that does not exist'],
    ['Mon, 30 Feb 2026 10:00:00 GMT', 'a day or time that does not exist'],
    // French June and July; and a year of the last century or of this one.
    ['27 jui 2026 10:00:00 GMT', 'a form that is not known'],
    ['27 Nov 55 10:00:00 GMT', 'a form that is not known'],
    ['an hour ago', 'a form that is not known'],
    ['', 'nothing in them'],
    ['9'.repeat(101), 'more than 100 characters'],
  ] as const) {
    assert.equal(refusalOf(text), refused, text);
  }
});
