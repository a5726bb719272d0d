import { UnusableError } from '../unusable-input.ts';
import { type FirstLine, firstLines } from './first-lines.ts';
import { explainQuotes } from './header.ts';

const MAX_COLUMNS = 1000;

/** The beginning of an input. */
export interface Head {
  readonly bytes: Buffer;
  /** Whether it is the whole input. */
  readonly isWhole: boolean;
  /** Whether there will be no longer one. */
  readonly isLongest: boolean;
}

/** Lines before the header: the address of a site, or a hint for a spreadsheet. */
const ADDRESS = /^"?https?:\/\/\S+$/;
const SEPARATOR_HINT = /^"?sep=(.)"?,*$/i;

const byteOf = (character: string): number => character.charCodeAt(0);

export interface Beginning {
  readonly first: FirstLine;
  readonly fields: readonly string[];
  readonly delimiter: number;
}

/** Finds the first line of the table; `undefined` if it is not complete. */
export function findBeginning(
  { bytes, isWhole, isLongest }: Head,
  delimiter: string | undefined,
): Beginning | undefined {
  let byte = byteOf(delimiter ?? ',');
  let from = { start: 0, line: 1 };
  for (;;) {
    const { value: first } = firstLines(bytes, isWhole, byte, from).next();
    if (!first && (isWhole || isLongest))
      throw new UnusableError('there is no line that names the columns', from.line);
    if (!first || (!first.isWhole && !isLongest)) return undefined;
    const [, separator] = SEPARATOR_HINT.exec(first.text.trim()) ?? [];
    if (separator === undefined && !ADDRESS.test(first.text.trim())) {
      if (!first.fields) throw new UnusableError(explainQuotes(first.text), first.line);
      if (first.fields.length > MAX_COLUMNS)
        throw new UnusableError(`there are more than ${MAX_COLUMNS} columns`, first.line);
      return { first, fields: first.fields, delimiter: byte };
    }
    if (separator !== undefined && delimiter === undefined) byte = byteOf(separator);
    from = { start: first.next, line: first.nextLine };
  }
}
