import { DAY, MINUTE, WEEK } from './bucket-width.ts';
import { midnightOf } from './calendar.ts';
import { type DateTimeFault, parseRfc3339 } from './rfc3339.ts';
import { HOUR } from './time.ts';

/** A time in epoch milliseconds, perhaps with a fraction, or the time of the oldest sample. */
export type Moment = number | 'oldest';

/** Whether the text of a moment names the time itself, so that it means the same tomorrow, and on every clock. */
export const isAbsolute = (text: string): boolean => /^\d/.test(text);

/** A text is not a moment, or a range is empty. The message continues the parameter's name, or names it. */
export class MomentError extends Error {
  override readonly name = 'MomentError';
}

/** `m` is a minute, and a year has 365 days. */
const UNITS: Readonly<Record<string, number>> = { m: MINUTE, h: HOUR, d: DAY, w: WEEK, y: 365 * DAY };

const RELATIVE = /^-(\d{1,9})([mhdwy])$/;

/** Years in which every bucket has four digits. */
const FIRST = midnightOf(1, 1, 1);
const LAST = midnightOf(9999, 1, 1);

function within(time: number): number {
  if (time >= FIRST && time < LAST) return time;
  throw new MomentError('is outside the years 1 to 9998');
}

const REASONS: Readonly<Record<DateTimeFault, string>> = {
  no_such_date: 'is not an existing date',
  no_such_time: 'is not an existing time of day',
  leap_second: 'has a leap second, which epoch time does not have: seconds go to 59',
  not_rfc3339:
    'is not a time: use RFC 3339 (2021-07-08T17:00:00Z), a date (its midnight in UTC), an age (-7d; units m h d w y), oldest or now',
};

/**
 * Parses a text such as `2021-07-08T17:00:00+02:00`, `2021-07-08`, `-7d`, `now` or `oldest`.
 *
 * @param now epoch milliseconds.
 * @throws MomentError.
 */
export function parseMoment(text: string, now: number): Moment {
  if (text === 'oldest') return text;
  if (text === 'now') return now;
  const [, count, unit = ''] = RELATIVE.exec(text) ?? [];
  if (count !== undefined) return within(now - Number(count) * (UNITS[unit] ?? 0));
  // An unencoded `+` in a URL arrives as a space.
  const time = parseRfc3339(text.replace(/ (?=\d\d:\d\d$)/, '+'));
  if (typeof time === 'number') return within(time);
  throw new MomentError(REASONS[time]);
}
