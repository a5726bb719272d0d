import { DAY, MINUTE, WEEK } from './bucket-width.ts';
import { midnightOf } from './calendar.ts';
import { type DateTimeFault, parseRfc3339 } from './rfc3339.ts';
import { HOUR } from './time.ts';

/** A time in epoch milliseconds, perhaps with a fraction; or that of the oldest sample, whatever it will be. */
export type Moment = number | 'oldest';

/** A text that is no moment. The message says what is wrong with it, and begins with neither its name nor itself. */
export class MomentError extends Error {
  override readonly name = 'MomentError';
}

/** How far back a unit goes, in milliseconds: `m` is a minute, and a year has 365 days. */
const UNITS: Readonly<Record<string, number>> = { m: MINUTE, h: HOUR, d: DAY, w: WEEK, y: 365 * DAY };

const RELATIVE = /^-(\d{1,9})([mhdwy])$/;

/** Years of which every bucket can be written with four digits. */
const FIRST = midnightOf(1, 1, 1);
const LAST = midnightOf(9999, 1, 1);

function within(time: number): number {
  if (time >= FIRST && time < LAST) return time;
  throw new MomentError('is outside of the years 1 to 9998');
}

const REASONS: Readonly<Record<DateTimeFault, string>> = {
  no_such_date: 'is a date that there is not',
  no_such_time: 'is a time of day that there is not',
  leap_second: 'has a leap second, which epoch time does not have: seconds go to 59',
  not_rfc3339:
    'is no time: it takes RFC 3339 (2021-07-08T17:00:00Z), a date (its midnight in UTC), a time ago (-7d; units m h d w y), oldest or now',
};

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
  // A `+` that was not encoded in an address arrives as a space.
  const time = parseRfc3339(text.replace(/ (?=\d\d:\d\d$)/, '+'));
  if (typeof time === 'number') return within(time);
  throw new MomentError(REASONS[time]);
}
