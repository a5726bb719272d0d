import { readNumber } from '../../domain/admission.ts';
import { type EpochUnit, epochUnitOf, toEpochMs } from '../../domain/time/epoch-unit.ts';
import { BITCOIN_BEGAN } from '../../domain/time/time.ts';
import type { LocalTimeFault, Zone } from '../../domain/time/zone.ts';
import { readPlainNumber } from '../formats/plain-number.ts';
import { UnusableError } from '../unusable-input.ts';
import { createDateTimeReader, isDigit } from './date-time.ts';
import {
  describeInvalidTime,
  describeLocalTime,
  describeOtherForm,
  type InvalidTime,
} from './invalid-time.ts';
import type { PatternReader } from './pattern.ts';

/** The format of the times in a column. */
type TimeForm = 'RFC 3339' | EpochUnit;

/** Fits every time. */
const MAX_CHARACTERS = 40;

const POINT = 0x2e;

/** Digits beyond those of milliseconds. */
const FINER_DIGITS = { microseconds: 3, nanoseconds: 6 } as const;
/** The digits of times in milliseconds, from 2009 to 5138. */
const DIGITS_OF_MS = [13, 14];

/** A format that the user or the shape of the file determines. */
export interface TimeFormat {
  /** As in `--time-format`. */
  readonly name: string;
  readonly form: EpochUnit | PatternReader;
}

export interface TimeRules {
  /** By default, the first time decides. */
  readonly format?: TimeFormat | undefined;
  /** The zone of times without one. */
  readonly zone?: Zone | undefined;
  /** Whether the unit of numbers may change. */
  readonly mayChange?: boolean | undefined;
}

export type TimeColumn = ReturnType<typeof createTimeColumn>;

/** Reads the times of one input, in truncated epoch milliseconds. */
export function createTimeColumn({ format, zone, mayChange = false }: TimeRules = {}) {
  const unit = typeof format?.form === 'string' ? format.form : undefined;
  const pattern = typeof format?.form === 'function' ? format.form : undefined;
  let form: TimeForm | undefined = unit;
  const readDateTime = createDateTimeReader(zone);

  function settle(found: TimeForm, line: number): void {
    if (form === found) return;
    const isOtherUnit = form !== undefined && form !== 'RFC 3339' && found !== 'RFC 3339';
    if (form && !(mayChange && isOtherUnit))
      throw new UnusableError(`times change from ${form} to ${found}: use one format for all`, line);
    form = found;
  }

  function ofNumber(value: number, line: number): number {
    if (unit) return toEpochMs(value, unit);
    const found = epochUnitOf(value);
    const time = found === undefined ? Number.NaN : toEpochMs(value, found);
    if (found !== undefined && time >= BITCOIN_BEGAN) {
      settle(found, line);
      return time;
    }
    // In no unit is it a time since Bitcoin began. `admit` rejects it, with a reason for the column's unit.
    return toEpochMs(value, form && form !== 'RFC 3339' ? form : 'milliseconds');
  }

  /** Reads microseconds and nanoseconds by their digits, since a double cannot hold all digits of nanoseconds. */
  function ofLongInteger(bytes: Buffer, from: number, to: number, line: number): number | undefined {
    let end = from;
    while (end < to && isDigit(bytes[end])) end += 1;
    if (end < to && bytes[end] !== POINT) return undefined;
    for (const finer of ['microseconds', 'nanoseconds'] as const) {
      if (unit && unit !== finer) continue;
      const endOfMs = end - FINER_DIGITS[finer];
      if (!DIGITS_OF_MS.includes(endOfMs - from)) continue;
      const time = readPlainNumber(bytes, from, endOfMs) ?? Number.NaN;
      if (!(time >= BITCOIN_BEGAN && epochUnitOf(time) === 'milliseconds')) return undefined;
      settle(finer, line);
      return time;
    }
    return undefined;
  }

  function ofText(text: string, line: number): number | InvalidTime {
    const number = /e/i.test(text) ? undefined : readNumber(text);
    if (number !== undefined && !Number.isNaN(number)) return ofNumber(number, line);
    return unit ? describeOtherForm(text, format?.name ?? unit) : describeInvalidTime(text);
  }

  const ofLocal = (time: number | LocalTimeFault, text: () => string): number | InvalidTime =>
    typeof time === 'number' ? time : describeLocalTime(text(), zone?.name ?? '', time);

  function ofPattern(text: string, read: PatternReader): number | InvalidTime {
    const found = read(text);
    if (!found) return describeOtherForm(text, format?.name ?? '');
    const { local, offset, isDate } = found;
    if (offset !== undefined) return local - offset;
    if (zone) return ofLocal(zone.toUtc(local), () => text);
    // A date without a time of day is its midnight in UTC.
    if (isDate) return local;
    return {
      found: describeInvalidTime(text).found,
      why: 'has no time zone: add --zone UTC, or --zone Europe/Berlin',
    };
  }

  /** @throws UnusableError if the format changes. */
  function ofBytes(bytes: Buffer, from: number, to: number, line: number): number | InvalidTime {
    const shown = (): string => bytes.toString('latin1', from, Math.min(to, from + MAX_CHARACTERS + 1));
    if (pattern) return ofPattern(shown().trim(), pattern);
    if (!unit) {
      const time = readDateTime(bytes, from, to);
      if (time !== undefined) {
        settle('RFC 3339', line);
        return typeof time === 'number' ? time : ofLocal(time, shown);
      }
    }
    const plain = readPlainNumber(bytes, from, to);
    if (plain !== undefined) return ofNumber(plain, line);
    const long = ofLongInteger(bytes, from, to, line);
    if (long !== undefined) return long;
    const text = shown();
    const trimmed = text.trim();
    return trimmed === text ? ofText(text, line) : ofValue(trimmed, line);
  }

  function ofValue(value: unknown, line: number): number | InvalidTime {
    if (typeof value === 'number' && !pattern) return ofNumber(value, line);
    if (typeof value !== 'string' || value.length > MAX_CHARACTERS) return describeInvalidTime(value);
    const bytes = Buffer.from(value, 'latin1');
    return ofBytes(bytes, 0, bytes.length, line);
  }

  return { form: (): string | undefined => (pattern ? format?.name : form), ofValue, ofBytes };
}
