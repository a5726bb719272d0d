import { readNumber } from '../domain/gate.ts';
import { BITCOIN_BEGAN } from '../domain/time.ts';
import { createDateTimeReader } from './date-time.ts';
import { readPlainNumber } from './plain-number.ts';
import { UnusableError } from './unusable.ts';

/** How times are written. */
type TimeForm = 'RFC 3339' | 'seconds' | 'milliseconds';

/**
 * Between these a number can be one of the two only: since 2009 milliseconds have been above a trillion, and seconds
 * will be below a hundred thousand million until the year 5138.
 */
const SECONDS = { from: BITCOIN_BEGAN / 1000, to: 1e11 };
const MILLISECONDS = { from: BITCOIN_BEGAN, to: 1e14 };

const isWithin = (value: number, { from, to }: { from: number; to: number }): boolean =>
  value >= from && value < to;

/** Fits every time that there is. */
const LONGEST_TEXT = 40;

/**
 * The times of one input: written in one way, which the first one decides. What is given back is in epoch milliseconds,
 * or as it came where it is no time, for the gate to reject.
 */
export interface TimeColumn {
  /** `undefined` until there was a time. */
  form(): TimeForm | undefined;
  /** @throws UnusableError where the time is written in another way than those before. */
  ofValue(value: unknown, line: number): unknown;
  /** The same for bytes. */
  ofBytes(bytes: Buffer, from: number, to: number, line: number): unknown;
}

export function createTimeColumn(): TimeColumn {
  let form: TimeForm | undefined;
  const readDateTime = createDateTimeReader();

  function settle(found: TimeForm, line: number): void {
    if (form === found) return;
    if (form)
      throw new UnusableError(
        `the time is in ${found}, and in ${form} before: two units in one column`,
        line,
      );
    form = found;
  }

  /** The gate's own rule: what is finer than a millisecond is cut off. */
  function ofNumber(value: number, line: number): number {
    if (isWithin(value, SECONDS)) settle('seconds', line);
    else if (isWithin(value, MILLISECONDS)) settle('milliseconds', line);
    // A number that is a time in no unit says nothing of the unit, and is before or after everything in both.
    return form === 'seconds' ? Math.trunc(value * 1000) : value;
  }

  function ofBytes(bytes: Buffer, from: number, to: number, line: number): unknown {
    const time = readDateTime(bytes, from, to);
    if (time !== undefined) {
      settle('RFC 3339', line);
      return time;
    }
    const plain = readPlainNumber(bytes, from, to);
    if (plain !== undefined) return ofNumber(plain, line);
    const text = bytes.toString('latin1', from, Math.min(to, from + LONGEST_TEXT + 1));
    const trimmed = text.trim();
    return trimmed === text ? ofText(text, line) : ofValue(trimmed, line);
  }

  function ofText(text: string, line: number): unknown {
    const number = readNumber(text) ?? Number.NaN;
    return Number.isNaN(number) ? text : ofNumber(number, line);
  }

  function ofValue(value: unknown, line: number): unknown {
    if (typeof value === 'number') return ofNumber(value, line);
    if (typeof value !== 'string' || value.length > LONGEST_TEXT) return value;
    const bytes = Buffer.from(value, 'latin1');
    return ofBytes(bytes, 0, bytes.length, line);
  }

  return { form: () => form, ofValue, ofBytes };
}
