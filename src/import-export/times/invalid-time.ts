import { printable } from '../../domain/untrusted-text.ts';

/** A value that is not a time. */
export interface InvalidTime {
  /** As it was found, fit for people. */
  readonly found: string;
  /** What is wrong with it and what would be valid; it goes on from `found`. */
  readonly why: string;
}

const LONGEST_SHOWN = 40;

/** What is wrong with values of a common kind. Patterns are bounded: values of more than 40 characters match none. */
const KINDS: readonly [pattern: RegExp, why: string][] = [
  [
    /^-?\d+(?:[.,]\d+)?e[+-]?\d+$/i,
    'is in exponent notation, which drops digits: write the column as whole numbers, or as dates and times',
  ],
  [
    /^\d{4}-\d\d-\d\d[t ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?$/i,
    'has no time zone: end it with Z for UTC, or with an offset such as +02:00',
  ],
  [
    /^\d{1,2}([/.-])\d{1,2}\1\d{2,4}\b/,
    'does not show which number is the day and which is the month: write 2023-11-15T00:00:00Z',
  ],
];

const VALID =
  'is not a time: write 2023-11-15T00:00:00Z (RFC 3339), a date (its midnight in UTC), or a number of seconds, milliseconds, microseconds or nanoseconds since 1970';

const isAbsent = (value: unknown): boolean => value === undefined || value === null || value === '';

export function describeInvalidTime(value: unknown): InvalidTime {
  if (isAbsent(value)) return { found: 'the time', why: 'is missing' };
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const kind = text.length <= LONGEST_SHOWN ? KINDS.find(([pattern]) => pattern.test(text)) : undefined;
  return { found: JSON.stringify(printable(text, LONGEST_SHOWN)), why: kind?.[1] ?? VALID };
}
