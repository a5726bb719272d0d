import { printable } from '../../domain/untrusted-text.ts';
import { UnusableError } from '../unusable-input.ts';
import { namesIn } from './shapes/shape.ts';
import type { ColumnNames } from './table-options.ts';

/** The indices of the columns, from 0. */
export interface Columns {
  readonly count: number;
  /** The number of columns without those at the end that have no name. */
  readonly least: number;
  readonly time: number;
  readonly price: number | undefined;
  readonly sentiment: number | undefined;
  /** The pair of the prices. */
  readonly symbol?: number | undefined;
}

const NAMES = ['time', 'price', 'sentiment'];

const MAX_SHOWN_NAMES = 8;
const MAX_SHOWN_CHARACTERS = 40;

/** The numbers of columns that a line may have. */
export const countOf = (fields: readonly string[]): Pick<Columns, 'count' | 'least'> => ({
  count: fields.length,
  least: fields.findLastIndex((field) => field.trim() !== '') + 1,
});

export function showNames(names: readonly string[]): string {
  const shown = names.slice(0, MAX_SHOWN_NAMES).map((name) => printable(name, MAX_SHOWN_CHARACTERS));
  return shown.join(', ') + (names.length > MAX_SHOWN_NAMES ? ', …' : '');
}

const SEPARATORS: readonly [character: string, name: string][] = [
  [';', 'semicolons'],
  ['\t', 'tabs'],
  ['|', 'vertical bars'],
];

const WANTED = 'the first line has to name the columns: time, and price or sentiment, separated by commas';

const TIME_NAMES = [
  'timestamp',
  'date',
  'datetime',
  'unix',
  'unix timestamp',
  'open time',
  'snapped at',
  'ts',
  'datum',
];
const PRICE_NAMES = [
  'close',
  'last',
  'price usd',
  'close price',
  'value',
  'preis',
  'prix',
  'precio',
  'schlusskurs',
];

function areCandles(names: readonly string[]): boolean {
  const plain = namesIn(names);
  return plain.includes('high') && plain.includes('low');
}

/** The options that could say what a header's columns are. */
function advice(names: readonly string[]): string {
  const plain = namesIn(names);
  const find = (own: string, others: readonly string[]) =>
    names[[own, ...others].map((name) => plain.indexOf(name)).find((index) => index >= 0) ?? -1];
  const [time, price] = [find('time', TIME_NAMES), find('price', PRICE_NAMES)];
  const columns =
    time === undefined || price === undefined ? 'time=NAME,price=NAME' : `time=${time},price=${price}`;
  const width = areCandles(names) ? ' --width with the width of its candles, such as --width 1m' : '';
  return `use --columns ${printable(columns, 2 * MAX_SHOWN_CHARACTERS)}${width}`;
}

/** Explains why a first line is not a header of samples. */
function explainHeader(names: readonly string[]): string {
  const [only = ''] = names;
  const separator =
    names.length === 1 ? SEPARATORS.find(([character]) => only.includes(character)) : undefined;
  if (separator) {
    const [character, name] = separator;
    const option = `--delimiter '${printable(character, 1)}'`;
    return `${WANTED}; these are separated by ${name}, which ${option} reads: ${showNames(names)}`;
  }
  const hasValues = names.some((name) => /^[\d.:-]+$/.test(name));
  return hasValues
    ? `${WANTED}; it holds values: ${showNames(names)}; use --no-header --columns time=1,price=2 with the numbers of its columns`
    : `${WANTED}; it names ${showNames(names)}; ${advice(names)}`;
}

/** The separator between two quoted names. */
const BETWEEN_QUOTES = /^"[^"]*"(?<separator>[;\t|])"/;

/** Explains a first line whose quotes are not valid CSV. */
export function explainQuotes(line: string): string {
  const { separator } = BETWEEN_QUOTES.exec(line)?.groups ?? {};
  return separator === undefined
    ? 'the first line has an unclosed quote'
    : explainHeader([line.replaceAll('"', '').trim().toLowerCase()]);
}

function indexOf(names: readonly string[], wanted: string, line: number): number | undefined {
  const index = names.indexOf(wanted);
  if (index >= 0 && index !== names.lastIndexOf(wanted))
    throw new UnusableError(
      `two columns are called ${printable(wanted, MAX_SHOWN_CHARACTERS)}: to choose one by its number, use --no-header --columns time=1,price=2`,
      line,
    );
  return index < 0 ? undefined : index;
}

/**
 * Checks that the width of candles is known, whose closes would else be stored at their start.
 *
 * @param width as the user says it.
 * @throws UnusableError.
 */
export function checkWidth(
  names: readonly string[],
  { time, price }: ColumnNames,
  width: number | undefined,
  line: number,
): void {
  // An opening price is of the time of its row, and so is any price at the time of the close.
  const isMoment = /\bopen\b/i.test(price ?? '') || /close|end/i.test(time);
  if (width === undefined && price !== undefined && !isMoment && areCandles(names))
    throw new UnusableError(
      'its rows are candles: add --width with the width of one, such as --width 1m',
      line,
    );
}

/** Finds the columns that the user names. @throws UnusableError if one is missing, or there twice. */
export function findColumns(
  names: readonly string[],
  { time, price, sentiment }: ColumnNames,
  line: number,
): Columns {
  const lower = names.map((name) => name.trim().toLowerCase());
  const find = (name: string): number => {
    const index = indexOf(lower, name.trim().toLowerCase(), line);
    if (index !== undefined) return index;
    throw new UnusableError(
      `no column is called ${printable(name, MAX_SHOWN_CHARACTERS)}; there are ${showNames(names)}`,
      line,
    );
  };
  return {
    ...countOf(names),
    time: find(time),
    price: price === undefined ? undefined : find(price),
    sentiment: sentiment === undefined ? undefined : find(sentiment),
  };
}

/** Takes the columns by their numbers, in a file without a header. @throws UnusableError. */
export function numberColumns(
  fields: readonly string[],
  { time, price, sentiment }: ColumnNames,
  line: number,
): Columns {
  const take = (text: string): number => {
    const number = Number(text);
    if (number <= fields.length) return number - 1;
    throw new UnusableError(`--columns names column ${text}, and there are ${fields.length}`, line);
  };
  return {
    ...countOf(fields),
    time: take(time),
    price: price === undefined ? undefined : take(price),
    sentiment: sentiment === undefined ? undefined : take(sentiment),
  };
}

/** Columns that say which pair the prices are of. */
export const SYMBOL_NAMES = ['symbol', 'pair', 'ticker'];

/** Finds the column of the pair, if there is one. */
export function symbolColumn(names: readonly string[]): number | undefined {
  const plain = namesIn(names);
  return SYMBOL_NAMES.map((name) => plain.indexOf(name)).find((index) => index >= 0);
}

/** Finds the columns of samples, in any order. @throws UnusableError if there is no time, or neither price nor sentiment. */
export function readHeader(fields: readonly string[], line: number): Columns {
  const names = fields.map((field) => field.trim().toLowerCase());
  const [time, price, sentiment] = NAMES.map((name) => indexOf(names, name, line));
  if (time === undefined || (price === undefined && sentiment === undefined))
    throw new UnusableError(explainHeader(names), line);
  return { ...countOf(fields), time, price, sentiment };
}
