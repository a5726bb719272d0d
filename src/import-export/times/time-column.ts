import { readNumber } from '../../domain/gate.ts';
import { type EpochUnit, epochUnitOf, toEpochMs } from '../../domain/time/epoch-unit.ts';
import { BITCOIN_BEGAN } from '../../domain/time/time.ts';
import { readPlainNumber } from '../formats/plain-number.ts';
import { UnusableError } from '../unusable-input.ts';
import { createDateTimeReader, isDigit } from './date-time.ts';
import { describeInvalidTime, type InvalidTime } from './invalid-time.ts';

/** The format of the times in a column. */
type TimeForm = 'RFC 3339' | EpochUnit;

/** Fits every time. */
const MAX_CHARACTERS = 40;

const POINT = 0x2e;

/** Digits beyond those of milliseconds. */
const FINER_DIGITS = { microseconds: 3, nanoseconds: 6 } as const;
/** The digits of times in milliseconds, from 2009 to 5138. */
const DIGITS_OF_MS = [13, 14];

export type TimeColumn = ReturnType<typeof createTimeColumn>;

/** Reads the times of one input, in truncated epoch milliseconds. The first time decides the format of all. */
export function createTimeColumn() {
  let form: TimeForm | undefined;
  const readDateTime = createDateTimeReader();

  function settle(found: TimeForm, line: number): void {
    if (form === found) return;
    if (form) throw new UnusableError(`times change from ${form} to ${found}: use one format for all`, line);
    form = found;
  }

  function ofNumber(value: number, line: number): number {
    const unit = epochUnitOf(value);
    const time = unit === undefined ? Number.NaN : toEpochMs(value, unit);
    if (unit !== undefined && time >= BITCOIN_BEGAN) {
      settle(unit, line);
      return time;
    }
    // In no unit is it a time since Bitcoin began. The gate rejects it, with a reason for the column's unit.
    return toEpochMs(value, form && form !== 'RFC 3339' ? form : 'milliseconds');
  }

  /** Reads microseconds and nanoseconds by their digits, since a double cannot hold all digits of nanoseconds. */
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

  /** @throws UnusableError if the format changes. */
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
    const text = bytes.toString('latin1', from, Math.min(to, from + MAX_CHARACTERS + 1));
    const trimmed = text.trim();
    return trimmed === text ? ofText(text, line) : ofValue(trimmed, line);
  }

  function ofValue(value: unknown, line: number): number | InvalidTime {
    if (typeof value === 'number') return ofNumber(value, line);
    if (typeof value !== 'string' || value.length > MAX_CHARACTERS) return describeInvalidTime(value);
    const bytes = Buffer.from(value, 'latin1');
    return ofBytes(bytes, 0, bytes.length, line);
  }

  return { form: (): TimeForm | undefined => form, ofValue, ofBytes };
}
