import { printable } from '../../domain/untrusted-text.ts';
import { UnusableError } from '../unusable-input.ts';

/** The indices of the columns, from 0. */
export interface Columns {
  readonly count: number;
  readonly time: number;
  readonly price: number | undefined;
  readonly sentiment: number | undefined;
  /** The names of columns that are not read. */
  readonly unknown: readonly string[];
}

const NAMES = ['time', 'price', 'sentiment'];

const MAX_SHOWN_NAMES = 8;
const MAX_SHOWN_CHARACTERS = 40;

function show(names: readonly string[]): string {
  const shown = names.slice(0, MAX_SHOWN_NAMES).map((name) => printable(name, MAX_SHOWN_CHARACTERS));
  return shown.join(', ') + (names.length > MAX_SHOWN_NAMES ? ', …' : '');
}

const SEPARATORS: readonly [character: string, name: string][] = [
  [';', 'semicolons'],
  ['\t', 'tabs'],
  ['|', 'vertical bars'],
];

const WANTED = 'the first line has to name the columns: time, and price or sentiment, separated by commas';

/** Explains why a first line is not a header of samples. */
function explainHeader(names: readonly string[]): string {
  const [only = ''] = names;
  const separator =
    names.length === 1 ? SEPARATORS.find(([character]) => only.includes(character)) : undefined;
  if (separator) return `${WANTED}; these are separated by ${separator[1]}: ${show(names)}`;
  const hasValues = names.some((name) => /^[\d.:-]+$/.test(name));
  return hasValues ? `${WANTED}; it holds values: ${show(names)}` : `${WANTED}; it names ${show(names)}`;
}

/** The separator between two quoted names. */
const BETWEEN_QUOTES = /^"[^"]*"(?<separator>[;\t|])"/;

/** Explains a first line whose quotes are not valid CSV. */
export function explainQuotes(line: string): string {
  const { separator } = BETWEEN_QUOTES.exec(line)?.groups ?? {};
  return separator === undefined
    ? 'the quotes of the first line are not closed as they should be'
    : explainHeader([line.replaceAll('"', '').trim().toLowerCase()]);
}

/** Finds the columns, in any order. @throws UnusableError if there is no time, or neither price nor sentiment. */
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

/** Describes the columns that are not read; `undefined` if there are none. */
export function noticeOf({ unknown }: Columns, line: number): string | undefined {
  return unknown.length > 0 ? `line ${line}: columns that are not read: ${show(unknown)}` : undefined;
}
