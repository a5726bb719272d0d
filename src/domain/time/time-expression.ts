import { DAY, MINUTE, WEEK } from './bucket-width.ts';
import { daysInMonth, midnightOf } from './calendar.ts';
import { HOUR } from './time.ts';

/** A time in epoch milliseconds, perhaps with a fraction; or that of the oldest sample, whatever it will be. */
export type Moment = number | 'oldest';

/** A text that is no moment. The message says what is wrong with it, and begins with neither its name nor itself. */
export class MomentError extends Error {
  override readonly name = 'MomentError';
}

/** How far back a unit goes, in milliseconds: `m` is a minute, and a year has 365 days. */
const UNITS: Readonly<Record<string, number>> = { m: MINUTE, h: HOUR, d: DAY, w: WEEK, y: 365 * DAY };

/** RFC 3339, section 5.6. A `+` that was not encoded in an address arrives as a space. */
const DATE_TIME = /^(\d{4})-(\d\d)-(\d\d)t(\d\d):(\d\d):(\d\d)(\.\d+)?(?:z|([+ -])(\d\d):(\d\d))$/i;

/** Its midnight, in UTC. */
const DATE = /^(\d{4})-(\d\d)-(\d\d)$/;

const RELATIVE = /^-(\d{1,9})([mhdwy])$/;

/** Years of which every bucket can be written with four digits. */
const FIRST = midnightOf(1, 1, 1);
const LAST = midnightOf(9999, 1, 1);

function within(time: number): number {
  if (time >= FIRST && time < LAST) return time;
  throw new MomentError('is outside of the years 1 to 9998');
}

function parseDateTime(parts: readonly (string | undefined)[]): number {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.slice(0, 6).map(Number);
  const [fraction = '', sign, offsetHours = '0', offsetMinutes = '0'] = parts.slice(6);
  if (day < 1 || day > daysInMonth(year, month)) throw new MomentError('is a date that there is not');
  if (hour > 23 || minute > 59 || Number(offsetHours) > 23 || Number(offsetMinutes) > 59) {
    throw new MomentError('is a time of day that there is not');
  }
  // RFC 3339 knows the second 60; epoch time, which all samples have, does not.
  if (second > 59)
    throw new MomentError('has a leap second, which epoch time does not have: seconds go to 59');
  const offset = (Number(offsetHours) * HOUR + Number(offsetMinutes) * MINUTE) * (sign === '-' ? -1 : 1);
  const seconds = second + Number(`0${fraction}`);
  return midnightOf(year, month, day) + hour * HOUR + minute * MINUTE + seconds * 1000 - offset;
}

/**
 * What a text such as `2021-07-08T17:00:00+02:00`, `2021-07-08`, `-7d`, `now` or `oldest` means.
 *
 * @param now epoch milliseconds.
 * @throws MomentError.
 */
export function parseMoment(text: string, now: number): Moment {
  if (text === 'oldest') return text;
  if (text === 'now') return now;
  const [, count, unit = ''] = RELATIVE.exec(text) ?? [];
  if (count !== undefined) return within(now - Number(count) * (UNITS[unit] ?? 0));
  const [match, ...parts] = DATE_TIME.exec(text) ?? DATE.exec(text) ?? [];
  if (match !== undefined) return within(parseDateTime(parts));
  throw new MomentError(
    'is no time: it takes RFC 3339 (2021-07-08T17:00:00Z), a date (its midnight in UTC), a time ago (-7d; units m h d w y), oldest or now',
  );
}
