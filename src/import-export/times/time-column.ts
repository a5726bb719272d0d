import { readNumber } from '../../domain/gate.ts';
import { type EpochUnit, epochUnitOf, toEpochMs } from '../../domain/time/epoch-unit.ts';
import { BITCOIN_BEGAN } from '../../domain/time/time.ts';
import { readPlainNumber } from '../formats/plain-number.ts';
import { UnusableError } from '../unusable-input.ts';
import { createDateTimeReader } from './date-time.ts';
import { describeInvalidTime, type InvalidTime } from './invalid-time.ts';

/** How the times of a column are written. */
type TimeForm = 'RFC 3339' | EpochUnit;

/** Fits every time. Characters. */
const LONGEST_TEXT = 40;

const ZERO = 0x30;
const POINT = 0x2e;

/** The digits that such a time has beyond those of its milliseconds. */
const FINER_DIGITS = { microseconds: 3, nanoseconds: 6 } as const;
/** Of times in milliseconds, from 2009 to 5138. */
const DIGITS_OF_MS = [13, 14];

/**
 * The times of one input. All of them must be written in one way, which the first one decides. A time is returned in
 * epoch milliseconds, finer digits cut off.
 */
export interface TimeColumn {
  /** `undefined` until there was a time. */
  form(): TimeForm | undefined;
  /** @throws UnusableError where the column changes to another form. */
  ofValue(value: unknown, line: number): number | InvalidTime;
  /** The same for bytes. */
  ofBytes(bytes: Buffer, from: number, to: number, line: number): number | InvalidTime;
}

export function createTimeColumn(): TimeColumn {
  let form: TimeForm | undefined;
  const readDateTime = createDateTimeReader();

  function settle(found: TimeForm, line: number): void {
    if (form === found) return;
    if (form)
      throw new UnusableError(
        `times change from ${form} to ${found}: a column has to keep to one form`,
        line,
      );
    form = found;
  }

  function ofNumber(value: number, line: number): number {
    const unit = epochUnitOf(value);
    const time = unit === undefined ? Number.NaN : toEpochMs(value, unit);
    if (unit !== undefined && time >= BITCOIN_BEGAN) {
      settle(unit, line);
      return time;
    }
    // The number is no time since Bitcoin began in any unit. In the column's unit, the gate says what is wrong with it.
    return toEpochMs(value, form && form !== 'RFC 3339' ? form : 'milliseconds');
  }

  /** Whole microseconds and nanoseconds by their digits, since a double does not hold all of the latter. */
  function ofLongInteger(bytes: Buffer, from: number, to: number, line: number): number | undefined {
    let end = from;
    while (end < to && isDigit(bytes[end])) end += 1;
    if (end < to && bytes[end] !== POINT) return undefined;
    for (const unit of ['microseconds', 'nanoseconds'] as const) {
      const endOfMs = end - FINER_DIGITS[unit];
      if (!DIGITS_OF_MS.includes(endOfMs - from)) continue;
      const time = readPlainNumber(bytes, from, endOfMs) ?? Number.NaN;
      if (!(time >= BITCOIN_BEGAN && epochUnitOf(time) === 'milliseconds')) return undefined;
      settle(unit, line);
      return time;
    }
    return undefined;
  }

  function ofText(text: string, line: number): number | InvalidTime {
    const number = /e/i.test(text) ? undefined : readNumber(text);
    return number === undefined || Number.isNaN(number) ? describeInvalidTime(text) : ofNumber(number, line);
  }

  function ofBytes(bytes: Buffer, from: number, to: number, line: number): number | InvalidTime {
    const time = readDateTime(bytes, from, to);
    if (time !== undefined) {
      settle('RFC 3339', line);
      return time;
    }
    const plain = readPlainNumber(bytes, from, to);
    if (plain !== undefined) return ofNumber(plain, line);
    const long = ofLongInteger(bytes, from, to, line);
    if (long !== undefined) return long;
    const text = bytes.toString('latin1', from, Math.min(to, from + LONGEST_TEXT + 1));
    const trimmed = text.trim();
    return trimmed === text ? ofText(text, line) : ofValue(trimmed, line);
  }

  function ofValue(value: unknown, line: number): number | InvalidTime {
    if (typeof value === 'number') return ofNumber(value, line);
    if (typeof value !== 'string' || value.length > LONGEST_TEXT) return describeInvalidTime(value);
    const bytes = Buffer.from(value, 'latin1');
    return ofBytes(bytes, 0, bytes.length, line);
  }

  return { form: () => form, ofValue, ofBytes };
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= ZERO && byte <= ZERO + 9;
}
