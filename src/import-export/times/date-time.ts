import { MINUTE } from '../../domain/time/bucket-width.ts';
import { startOfDate } from '../../domain/time/calendar.ts';
import type { LocalTimeFault, Zone } from '../../domain/time/zone.ts';

const DATE_LENGTH = 'YYYY-MM-DD'.length;
const MIN_LENGTH = 'YYYY-MM-DDTHH:MMZ'.length;
const MAX_LENGTH = 'YYYY-MM-DDTHH:MM:SS.000000000+00:00'.length;

const DASH = 0x2d;
const COLON = 0x3a;
const POINT = 0x2e;
const PLUS = 0x2b;
const ZERO = 0x30;
const SPACE = 0x20;
const UTC_NAMES = ['utc', 'gmt'].map((name) => Buffer.from(name));
const LOWER_CASE = 0x20;
const T = 0x74;
const Z = 0x7a;

export function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= ZERO && byte <= ZERO + 9;
}

/** Reads two digits; NaN if they are not digits. */
function pair(bytes: Uint8Array, at: number): number {
  if (!isDigit(bytes[at]) || !isDigit(bytes[at + 1])) return Number.NaN;
  return ((bytes[at] as number) - ZERO) * 10 + ((bytes[at + 1] as number) - ZERO);
}

function isUtcName(bytes: Uint8Array, at: number, to: number): boolean {
  return UTC_NAMES.some(
    (name) =>
      to - at === name.length &&
      name.every((byte, index) => ((bytes[at + index] as number) | LOWER_CASE) === byte),
  );
}

/**
 * Reads the offset from UTC at the end of a text, in milliseconds; NaN if it is not valid: `Z`, `UTC` or `GMT`, or
 * `+02:00`, `+0200` or `+02` (ISO 8601), perhaps after a space.
 */
function offset(bytes: Uint8Array, from: number, to: number): number {
  const at = bytes[from] === SPACE ? from + 1 : from;
  const sign = bytes[at] as number;
  if (at + 1 === to && (sign | LOWER_CASE) === Z) return 0;
  if (sign !== PLUS && sign !== DASH) return isUtcName(bytes, at, to) ? 0 : Number.NaN;
  const hours = pair(bytes, at + 1);
  const hasColon = bytes[at + 3] === COLON;
  const minutes = at + 3 === to ? 0 : pair(bytes, at + (hasColon ? 4 : 3));
  const end = at + 3 === to ? to : at + (hasColon ? 6 : 5);
  if (!(end === to && hours < 24 && minutes < 60)) return Number.NaN;
  return (hours * 60 + minutes) * MINUTE * (sign === PLUS ? 1 : -1);
}

export type DateTimeReader = (
  bytes: Uint8Array,
  from: number,
  to: number,
) => number | LocalTimeFault | undefined;

/**
 * Reads ISO 8601 times with an explicit zone, including RFC 3339 (section 5.6), and dates, which mean their midnight in UTC.
 * It works on bytes, without a text or `Date` for each time, and computes a day once for consecutive lines.
 *
 * @param zone that of dates, and of times without one.
 * @returns a function that returns epoch milliseconds, truncated; `undefined` if the text has another form.
 */
export function createDateTimeReader(zone?: Zone): DateTimeReader {
  const minLength = zone ? MIN_LENGTH - 1 : MIN_LENGTH;
  let known = { century: 0, year: 0, month: 0, day: 0, start: Number.NaN };

  function startOf(bytes: Uint8Array, from: number): number {
    const century = pair(bytes, from);
    const year = pair(bytes, from + 2);
    const month = pair(bytes, from + 5);
    const day = pair(bytes, from + 8);
    if (day !== known.day || month !== known.month || year !== known.year || century !== known.century)
      known = { century, year, month, day, start: startOfDate(century * 100 + year, month, day) };
    return known.start;
  }

  return (bytes, from, to) => {
    const length = to - from;
    if (length !== DATE_LENGTH && (length < minLength || length > MAX_LENGTH)) return undefined;
    if (bytes[from + 4] !== DASH || bytes[from + 7] !== DASH) return undefined;
    const start = startOf(bytes, from);
    if (Number.isNaN(start)) return undefined;
    if (length === DATE_LENGTH) return zone ? zone.toUtc(start) : start;
    const separator = bytes[from + 10] as number;
    if ((separator | LOWER_CASE) !== T && separator !== SPACE) return undefined;
    const hours = pair(bytes, from + 11);
    const minutes = pair(bytes, from + 14);
    if (bytes[from + 13] !== COLON || !(hours < 24 && minutes < 60)) return undefined;

    let at = from + 16;
    let seconds = 0;
    if (bytes[at] === COLON) {
      seconds = pair(bytes, at + 1);
      if (!(seconds < 60)) return undefined;
      at += 3;
    }
    let fraction = 0;
    if (bytes[at] === POINT && at > from + 16) {
      at += 1;
      if (!isDigit(bytes[at])) return undefined;
      for (let worth = 100; isDigit(bytes[at]); at += 1, worth = Math.floor(worth / 10)) {
        fraction += worth * ((bytes[at] as number) - ZERO);
      }
    }
    const local = start + ((hours * 60 + minutes) * 60 + seconds) * 1000 + fraction;
    if (zone && at === to) return zone.toUtc(local);
    const time = local - offset(bytes, at, to);
    return Number.isNaN(time) ? undefined : time;
  };
}
