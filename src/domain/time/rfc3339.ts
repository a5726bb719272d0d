import { MINUTE } from './bucket-width.ts';
import { startOfDate } from './calendar.ts';
import { HOUR } from './time.ts';

/** RFC 3339, section 5.6. */
const DATE_TIME = /^(\d{4})-(\d\d)-(\d\d)t(\d\d):(\d\d):(\d\d)(\.\d+)?(?:z|([+-])(\d\d):(\d\d))$/i;

const DATE = /^(\d{4})-(\d\d)-(\d\d)$/;

/** Why a text is not a time. Epoch time has no leap seconds, so `23:59:60` is an error. */
export type DateTimeFault = 'not_rfc3339' | 'no_such_date' | 'no_such_time' | 'leap_second';

/**
 * Parses an RFC 3339 date and time, or a date alone, which means its midnight in UTC.
 *
 * @returns epoch milliseconds, perhaps with a fraction; otherwise what is wrong.
 */
export function parseRfc3339(text: string): number | DateTimeFault {
  const [match, ...parts] = DATE_TIME.exec(text) ?? DATE.exec(text) ?? [];
  if (match === undefined) return 'not_rfc3339';
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.slice(0, 6).map(Number);
  const [fraction = '', sign, offsetHours = '0', offsetMinutes = '0'] = parts.slice(6);
  const start = startOfDate(year, month, day);
  if (Number.isNaN(start)) return 'no_such_date';
  if (hour > 23 || minute > 59 || Number(offsetHours) > 23 || Number(offsetMinutes) > 59)
    return 'no_such_time';
  if (second > 59) return 'leap_second';
  const offset = (Number(offsetHours) * HOUR + Number(offsetMinutes) * MINUTE) * (sign === '-' ? -1 : 1);
  return start + hour * HOUR + minute * MINUTE + (second + Number(`0${fraction}`)) * 1000 - offset;
}
