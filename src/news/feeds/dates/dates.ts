import { startOfDate } from '../../../domain/time/calendar.ts';
import { epochUnitOf } from '../../../domain/time/epoch-unit.ts';
import { monthOf } from './date-words.ts';
import { readZone, timeIn } from './time-zones.ts';

export type DateReading =
  /** Epoch milliseconds. */
  | { readonly time: number }
  /** What is wrong, as a continuation of "dates with". */
  | { readonly refused: string };

/** JavaScript's dates, with the zone's full name in brackets, are shorter. */
const MAX_CHARACTERS = 100;

/** A note behind the zone: `[Europe/Paris]`. A comment, `(UTC)`, may be anywhere and contain another (RFC 5322, 3.2.2). */
const NOTE = /\s*\[[^[\]]*\]$/;
const COMMENT = /\s*\((?:[^()]|\([^()]*\))*\)/g;

/** ISO 8601 in its basic form, `20260101T120000Z`. */
const BASIC = /^(\d{4})(\d{2})(\d{2})t(\d{2})(\d{2})(\d{2})?(?!\d)/i;

/** The text before the time of day, the time of day, and the text behind it. */
const TIME_OF_DAY =
  /^(.*?\S)(?:(?<=\d)t|\s*,\s*|\s+(?:at|-|–)\s+|\s+)(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(?!\d|:)(?:\s*([ap])\.?m\b\.?)?\s*,?\s*(.*)$/iu;

const WEEKDAY = /^\p{L}[\p{L}\p{M}]{1,12}(?:-feira)?\.?\s*(?:,\s*|\s+)/iu;

/** Forms of a day. A month may be a number only if the year is first, since other orders of day and month are ambiguous. */
const YEAR_FIRST = /^(?<year>\d{4})([-/.])(?<number>\d{1,2})\2(?<day>\d{1,2})$/;
const DAYS = [
  YEAR_FIRST,
  /^(?<day>\d{1,2})(?:st|nd|rd|th|\.)?,?[\s-]+(?<month>[\p{L}\p{M}]{3,12})\.?,?[\s-]+(?<year>\d{4}|\d{2})$/iu,
  /^(?<month>[\p{L}\p{M}]{3,12})\.?[\s-]+(?<day>\d{1,2})(?:st|nd|rd|th)?(?:\s*,\s*|[\s-]+)(?<year>\d{4})$/iu,
  /^(?<year>\d{4})[\s-]+(?<month>[\p{L}\p{M}]{3,12})\.?[\s-]+(?<day>\d{1,2})$/iu,
];
const SWAPPED = /^\d{1,2}([-/. ])\d{1,2}\1(?:\d{4}|\d{2})$/;

/** The year behind the time, before or after the zone, as C's `asctime` writes it. */
const YEAR_LAST = /(?:^|\s)(\d{4})(?=\s|$)/;

interface Day {
  readonly year: number;
  /** From 0. */
  readonly month: number;
  readonly day: number;
}

/** 50 to 68 are ambiguous: RFC 5322 puts them into the last century, mail readers into this one. */
function fullYear(digits: string): number | undefined {
  const year = Number(digits);
  if (digits.length > 2) return year >= 1900 ? year : undefined;
  if (year < 50) return 2000 + year;
  return year > 68 ? 1900 + year : undefined;
}

function dayOf(text: string): Day | undefined {
  for (const form of DAYS) {
    const { year, month, number, day } = form.exec(text)?.groups ?? {};
    const index = number === undefined ? month && monthOf(month) : Number(number) - 1;
    const full = year === undefined ? undefined : fullYear(year);
    if (typeof index === 'number' && full !== undefined)
      return { year: full, month: index, day: Number(day) };
  }
  return undefined;
}

/** Accepts a day of the week in front, and ignores it, since feeds get it wrong. */
const findDay = (text: string): Day | undefined => dayOf(text) ?? dayOf(text.replace(WEEKDAY, ''));

function refusalOf(text: string): string {
  if (/^-?\d+(?:\.\d+)?$/.test(text)) return `a bare number (${epochUnitOf(Number(text)) ?? 'no time'})`;
  if (findDay(text)) return 'no time of day';
  return text === '' ? 'nothing in them' : 'a form that is not known';
}

/** Converts to a 24-hour clock. */
function hourOf(digits: string, half: string | undefined): number | undefined {
  const hour = Number(digits);
  if (half === undefined) return hour <= 23 ? hour : undefined;
  if (hour < 1 || hour > 12) return undefined;
  return (hour % 12) + (half.toLowerCase() === 'p' ? 12 : 0);
}

/**
 * Reads a date as feeds write it: RFC 822, RFC 3339, and deviations from them with an explicit zone and an unambiguous day
 * and month.
 */
export function readDate(text: string): DateReading {
  if (text.length > MAX_CHARACTERS) return { refused: `more than ${MAX_CHARACTERS} characters` };
  const date = text
    .replace(COMMENT, '')
    .trim()
    .replace(/−/g, '-')
    .replace(NOTE, '')
    .replace(BASIC, (_, year, month, day, hour, minute, second = '00') => {
      return `${year}-${month}-${day}T${hour}:${minute}:${second}`;
    });
  const [, before, digits, minute, second = '0', fraction = '', half, after = ''] =
    TIME_OF_DAY.exec(date) ?? [];
  if (before === undefined || digits === undefined) return { refused: refusalOf(date) };

  const last = YEAR_LAST.exec(after)?.[1];
  const day = findDay(before) ?? (last === undefined ? undefined : findDay(`${before} ${last}`));
  const usesLast = day !== undefined && !findDay(before);
  if (!day) {
    const isAmbiguous = SWAPPED.test(before.replace(WEEKDAY, ''));
    return { refused: isAmbiguous ? 'day and month in doubt' : 'a form that is not known' };
  }
  const zone = readZone((usesLast ? after.replace(YEAR_LAST, '') : after).trim());
  if ('refused' in zone) return zone;

  const hour = hourOf(digits, half);
  const start = startOfDate(day.year, day.month + 1, day.day);
  // Feeds may have leap seconds. One becomes the start of the next minute.
  if (Number.isNaN(start) || hour === undefined || Number(minute) > 59 || Number(second) > 60)
    return { refused: 'a day or time that does not exist' };
  const millisecond = Number(fraction.padEnd(3, '0').slice(0, 3));
  const wall = start + ((hour * 60 + Number(minute)) * 60 + Number(second)) * 1000 + millisecond;
  const time = timeIn(zone, wall);
  return time === undefined ? { refused: 'a time zone that does not tell the time' } : { time };
}
