import type { LocalTimeFault } from '../../domain/time/zone.ts';
import { printable } from '../../domain/untrusted-text.ts';

/** A value that is not a time. */
export interface InvalidTime {
  /** The value, as one line. */
  readonly found: string;
  /** What is wrong and what would be valid, as a continuation of `found`. */
  readonly why: string;
  /** If it is a time of day that its zone skips or repeats. */
  readonly fault?: LocalTimeFault;
}

const MAX_SHOWN_CHARACTERS = 40;

/** Explanations of common mistakes. Longer values are not matched, which bounds the patterns' time. */
const KINDS: readonly [pattern: RegExp, why: string][] = [
  [
    /^-?\d+(?:[.,]\d+)?e[+-]?\d+$/i,
    'is in exponent notation, which drops digits: write the column as whole numbers, or as dates and times',
  ],
  [
    /^\d{4}-\d\d-\d\d[t ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?$/i,
    'has no time zone: end it with Z for UTC, or with an offset such as +02:00, or add --zone UTC',
  ],
  [
    /^\d{1,2}([/.-])\d{1,2}\1\d{2,4}\b/,
    'does not show which number is the day and which is the month: write 2023-11-15T00:00:00Z, or add --time-format with their order, %d/%m/%Y or %m/%d/%Y',
  ],
];

const VALID =
  'is not a time: write 2023-11-15T00:00:00Z (RFC 3339), a date (its midnight in UTC), or a number of seconds, milliseconds, microseconds or nanoseconds since 1970';

export function describeInvalidTime(value: unknown): InvalidTime {
  if (value === undefined || value === null || value === '') return { found: 'the time', why: 'is missing' };
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const isShort = text.length <= MAX_SHOWN_CHARACTERS;
  const kind = isShort ? KINDS.find(([pattern]) => pattern.test(text)) : undefined;
  return { found: JSON.stringify(printable(text, MAX_SHOWN_CHARACTERS)), why: kind?.[1] ?? VALID };
}

const FAULTS: Readonly<Record<LocalTimeFault, string>> = {
  time_skipped: 'did not exist in',
  time_repeated: 'occurred twice in',
};

/** Describes a local time at a change of the clocks. */
export function describeLocalTime(text: string, zone: string, fault: LocalTimeFault): InvalidTime {
  const direction = fault === 'time_skipped' ? 'forward' : 'back';
  const why = `${FAULTS[fault]} ${zone}, because the clocks went ${direction}: write it with its offset, such as +02:00`;
  return { found: JSON.stringify(printable(text, MAX_SHOWN_CHARACTERS)), why, fault };
}

/** Describes a text that does not have the form of `--time-format`. */
export function describeOtherForm(value: unknown, format: string): InvalidTime {
  const { found } = describeInvalidTime(value);
  return { found, why: `does not have the form of --time-format ${format}` };
}
