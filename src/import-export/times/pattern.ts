import { MINUTE } from '../../domain/time/bucket-width.ts';
import { startOfDate } from '../../domain/time/calendar.ts';
import { HOUR } from '../../domain/time/time.ts';

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** The directives of strftime that a pattern may have, as regular expressions. */
const DIRECTIVES: Readonly<Record<string, string>> = {
  Y: '(?<Y>\\d{4})',
  y: '(?<y>\\d\\d)',
  m: '(?<m>\\d{1,2})',
  b: `(?<b>${MONTHS.join('|')})[a-z]{0,6}`,
  d: '(?<d>\\d{1,2})',
  H: '(?<H>\\d{1,2})',
  I: '(?<I>\\d{1,2})',
  p: '(?<p>[ap])\\.?m\\.?',
  M: '(?<M>\\d{2})',
  S: '(?<S>\\d{2})',
  f: '(?<f>\\d{1,9})',
  z: '(?<z>Z|UTC|GMT|[+-]\\d\\d(?::?\\d\\d)?)',
  '%': '%',
};

/** What a text in a pattern's form says. */
interface PatternTime {
  /** The wall clock's reading as if it were UTC, in milliseconds since 1970. */
  readonly local: number;
  /** The offset from UTC in milliseconds; `undefined` if the pattern has none. */
  readonly offset: number | undefined;
  /** Whether it is a date without a time of day. */
  readonly isDate: boolean;
}

/** Returns `undefined` if a text has another form, or is no existing date and time. */
export type PatternReader = (text: string) => PatternTime | undefined;

type Parts = Readonly<Record<string, string | undefined>>;

function offsetOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const [, sign, hours = 0, minutes = 0] = /^([+-])(\d\d):?(\d\d)?$/.exec(text) ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours) * HOUR + Number(minutes) * MINUTE);
}

function hoursOf({ H, I, p }: Parts): number {
  if (I === undefined) return Number(H ?? 0);
  const isInRange = Number(I) >= 1 && Number(I) <= 12;
  return isInRange ? (Number(I) % 12) + (p?.toLowerCase() === 'p' ? 12 : 0) : Number.NaN;
}

function read(parts: Parts, isDate: boolean): PatternTime | undefined {
  const { Y, y, m, b, d, M = 0, S = 0, f = '', z } = parts;
  const year = Y === undefined ? 2000 + Number(y) : Number(Y);
  const month = b === undefined ? Number(m) : MONTHS.indexOf(b.toLowerCase()) + 1;
  const [hours, minutes, seconds] = [hoursOf(parts), Number(M), Number(S)];
  if (!(hours < 24 && minutes < 60 && seconds < 60)) return undefined;
  const ofDay = hours * HOUR + minutes * MINUTE + seconds * 1000 + Math.trunc(Number(`0.${f || 0}`) * 1000);
  const local = startOfDate(year, month, Number(d)) + ofDay;
  return Number.isNaN(local) ? undefined : { local, offset: offsetOf(z), isDate };
}

/**
 * Compiles a pattern of strftime, such as `%d.%m.%Y %H:%M`.
 *
 * @returns `undefined` if it has no year, month or day, has a directive twice, or one that is not supported.
 */
export function compilePattern(pattern: string): PatternReader | undefined {
  const used = [...pattern.matchAll(/%(.?)/gs)].map(([, name = '']) => name).filter((name) => name !== '%');
  const has = (...names: string[]) => names.filter((name) => used.includes(name)).length === 1;
  const isHalfDay = used.includes('I') || used.includes('p');
  if (used.some((name) => DIRECTIVES[name] === undefined) || new Set(used).size < used.length)
    return undefined;
  if (!(has('Y', 'y') && has('m', 'b') && has('d'))) return undefined;
  if (isHalfDay && (used.includes('H') || !has('I') || !has('p'))) return undefined;
  const source = pattern.replaceAll(/%(.)|([^%]+)/gs, (_, name: string | undefined, text: string) =>
    name === undefined ? RegExp.escape(text) : (DIRECTIVES[name] ?? ''),
  );
  const isDate = !used.includes('H') && !used.includes('I');
  const expression = new RegExp(`^${source}$`, 'i');
  return (text) => {
    const { groups } = expression.exec(text) ?? {};
    return groups && read(groups, isDate);
  };
}
