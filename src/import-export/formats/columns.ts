import { printable } from '../../domain/untrusted-text.ts';
import { UnusableError } from '../unusable-input.ts';

/** Where the columns are in each line, from 0; `undefined` where there is none of the name. */
export interface Columns {
  readonly count: number;
  readonly time: number;
  readonly price: number | undefined;
  readonly sentiment: number | undefined;
  /** The names of those that are not read. */
  readonly unknown: readonly string[];
}

const NAMES = ['time', 'price', 'sentiment'];

const MOST_SHOWN = 8;
const LONGEST_SHOWN = 40;

function show(names: readonly string[]): string {
  const shown = names.slice(0, MOST_SHOWN).map((name) => printable(name, LONGEST_SHOWN));
  return shown.join(', ') + (names.length > MOST_SHOWN ? ', …' : '');
}

const SEPARATORS: readonly [character: string, name: string][] = [
  [';', 'semicolons'],
  ['\t', 'tabs'],
  ['|', 'vertical bars'],
];

const WANTED = 'the first line has to name the columns: time, and price or sentiment, separated by commas';

/** What a first line is that names no columns of samples, as far as that shows. */
function explainHeader(names: readonly string[]): string {
  const [only = ''] = names;
  const separator =
    names.length === 1 ? SEPARATORS.find(([character]) => only.includes(character)) : undefined;
  if (separator) return `${WANTED}; these are separated by ${separator[1]}: ${show(names)}`;
  const hasValues = names.some((name) => /^[\d.:-]+$/.test(name));
  return hasValues ? `${WANTED}; it holds values: ${show(names)}` : `${WANTED}; it names ${show(names)}`;
}

/** Between two quoted names, what separates them. */
const BETWEEN_QUOTES = /^"[^"]*"(?<separator>[;\t|])"/;

/** What is wrong with a first line whose quotes do not open and close as CSV wants it. */
export function explainQuotes(line: string): string {
  const { separator } = BETWEEN_QUOTES.exec(line)?.groups ?? {};
  return separator === undefined
    ? 'the quotes of the first line are not closed as they should be'
    : explainHeader([line.replaceAll('"', '').trim().toLowerCase()]);
}

/**
 * The columns that a header names, in any order.
 *
 * @throws UnusableError where there is no time, or nothing to keep beside it.
 */
export function readHeader(fields: readonly string[], line: number): Columns {
  const names = fields.map((field) => field.trim().toLowerCase());
  const unknown = names.filter((name) => !NAMES.includes(name));
  const twice = NAMES.find((name) => names.indexOf(name) !== names.lastIndexOf(name));
  if (twice) throw new UnusableError(`two columns are called ${twice}`, line);
  const [time, price, sentiment] = NAMES.map((name) => {
    const index = names.indexOf(name);
    return index < 0 ? undefined : index;
  });
  if (time === undefined || (price === undefined && sentiment === undefined))
    throw new UnusableError(explainHeader(names), line);
  return { count: fields.length, time, price, sentiment, unknown };
}

/** A notice of the columns that are not read; `undefined` where all are. */
export function noticeOf({ unknown }: Columns, line: number): string | undefined {
  return unknown.length > 0 ? `line ${line}: columns that are not read: ${show(unknown)}` : undefined;
}
