import { printable } from '../../domain/untrusted-text.ts';
import { compilePattern } from '../times/pattern.ts';
import type { TimeFormat } from '../times/time-column.ts';
import { UnusableError } from '../unusable-input.ts';

/** A date in numbers with the year last, and the rest of the time. */
const DATE = /^(?<first>\d{1,2})(?<separator>[/.-])(?<second>\d{1,2})\k<separator>\d{4}(?<rest>\D.*)?$/;

/** The forms of what follows such a date. */
const RESTS: readonly [form: RegExp, pattern: string][] = [
  [/^$/, ''],
  [/^ \d{1,2}:\d\d$/, ' %H:%M'],
  [/^ \d{1,2}:\d\d:\d\d$/, ' %H:%M:%S'],
  [/^ \d{1,2}:\d\d:\d\d\.\d+$/, ' %H:%M:%S.%f'],
  [/^ \d{1,2}:\d\d [ap]m$/i, ' %I:%M %p'],
  [/^ \d{1,2}:\d\d:\d\d [ap]m$/i, ' %I:%M:%S %p'],
  [/^ \d{1,2}:\d\d(?: ?(?:Z|UTC|GMT|[+-]\d\d:?\d\d))$/i, ' %H:%M %z'],
  [/^ \d{1,2}:\d\d:\d\d(?: ?(?:Z|UTC|GMT|[+-]\d\d:?\d\d))$/i, ' %H:%M:%S %z'],
];

/** The name of a format, with the form of its dates. */
function formatOf(text: string, isDayFirst: boolean): TimeFormat | undefined {
  const { separator = '', rest = '' } = DATE.exec(text)?.groups ?? {};
  const [, time] = RESTS.find(([form]) => form.test(rest)) ?? [];
  if (time === undefined) return undefined;
  const zone = /\d(?:Z|UTC|GMT|[+-])/i.test(rest) ? time.replace(' %z', '%z') : time;
  const name = (isDayFirst ? ['%d', '%m', '%Y'] : ['%m', '%d', '%Y']).join(separator) + zone;
  const form = compilePattern(name);
  return form && { name, form };
}

export const isDayAndMonth = (text: string): boolean => DATE.test(text);

const MONTHS = 12;

const dateInWords = (day: string | undefined, month: string | undefined): string =>
  new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', timeZone: 'UTC' }).format(
    Date.UTC(2000, Number(month) - 1, Number(day)),
  );

/**
 * Finds out from all dates whether their day or their month comes first.
 *
 * @param times those of a column's first rows, at least one.
 * @throws UnusableError if both are possible, or neither is.
 */
export function settleDayAndMonth(times: readonly string[], line: number): TimeFormat | undefined {
  const dates = times.map((text) => DATE.exec(text)?.groups).filter((groups) => groups !== undefined);
  const isDayFirst = dates.some(({ first }) => Number(first) > MONTHS);
  const isMonthFirst = dates.some(({ second }) => Number(second) > MONTHS);
  const [text = ''] = times;
  if (isDayFirst !== isMonthFirst) return formatOf(text, isDayFirst);
  const shown = printable(text, 40);
  if (isDayFirst)
    throw new UnusableError(
      `dates such as ${shown} have the day first in some lines, and the month first in others`,
      line,
    );
  const different =
    times.find((one) => DATE.exec(one)?.groups?.['first'] !== DATE.exec(one)?.groups?.['second']) ?? text;
  const { first, second } = DATE.exec(different)?.groups ?? {};
  const [dayFirst, monthFirst] = [formatOf(different, true)?.name, formatOf(different, false)?.name];
  throw new UnusableError(
    `${printable(different, 40)} is ${dateInWords(first, second)} by --time-format '${dayFirst ?? '%d/%m/%Y'}', or ${dateInWords(second, first)} by --time-format '${monthFirst ?? '%m/%d/%Y'}', and no line shows which`,
    line,
  );
}
