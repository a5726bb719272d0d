import { DAY } from './bucket-width.ts';

/** Of the proleptic Gregorian calendar, as RFC 3339 has it. */
const isLeapYear = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);

const LENGTHS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

/** @param month 1 to 12; of any other: 0. */
function daysInMonth(year: number, month: number): number {
  return month === 2 && isLeapYear(year) ? 29 : (LENGTHS[month - 1] ?? 0);
}

/** The midnight (UTC) that a date begins with, in epoch milliseconds. Years below 100 are themselves. */
export function midnightOf(year: number, month: number, day: number): number {
  return new Date(0).setUTCFullYear(year, month - 1, day);
}

/** The midnight (UTC) of a date, in epoch milliseconds; NaN if there is no such date. */
export function startOfDate(year: number, month: number, day: number): number {
  return day >= 1 && day <= daysInMonth(year, month) ? midnightOf(year, month, day) : Number.NaN;
}

const CENTURIES = 146_097;

/** March 1 of the year 0, in days before the epoch: years that begin in March end with the day that may not be there. */
const EPOCH = 719_468;

const twoDigits = (value: number): string => (value < 10 ? `0${value}` : `${value}`);

/**
 * The date that a time is in, as `2021-07-08`; by arithmetic, since a `Date` for each of thousands of rows takes as
 * long as the rest of them.
 *
 * @param time epoch milliseconds, in the years 0 to 9999.
 */
export function dateText(time: number): string {
  const days = Math.floor(time / DAY) + EPOCH;
  const era = Math.floor(days / CENTURIES);
  const dayOfEra = days - era * CENTURIES;
  const leaps = Math.floor(dayOfEra / 1460) - Math.floor(dayOfEra / 36_524) + Math.floor(dayOfEra / 146_096);
  const yearOfEra = Math.floor((dayOfEra - leaps) / 365);
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1;
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return `${String(year).padStart(4, '0')}-${twoDigits(month)}-${twoDigits(day)}`;
}
