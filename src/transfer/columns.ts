import { UnusableError } from './unusable.ts';

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

/** Names are shown to people: no more of them than fits, and nothing that moves a terminal's cursor. */
function show(names: readonly string[]): string {
  const plain = names.map((name) => name.replaceAll(/[^\x20-\x7e]+/g, '?').slice(0, 40));
  return plain.slice(0, 8).join(', ') + (plain.length > 8 ? ', …' : '');
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
  if (time === undefined || (price === undefined && sentiment === undefined)) {
    const wanted =
      'the first line has to name the columns, time and price or sentiment, with commas between them';
    throw new UnusableError(`${wanted}; it names ${show(names)}`, line);
  }
  return { count: fields.length, time, price, sentiment, unknown };
}

/** A notice of the columns that are not read; `undefined` where all are. */
export function noticeOf({ unknown }: Columns, line: number): string | undefined {
  return unknown.length > 0 ? `line ${line}: columns that are not read: ${show(unknown)}` : undefined;
}
