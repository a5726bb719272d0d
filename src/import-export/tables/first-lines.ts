import { readQuotedRecord } from '../formats/quoted-fields.ts';

const LF = 0x0a;
const CR = 0x0d;

/** A line at the beginning of a file. */
export interface FirstLine {
  /** `undefined` if its quotes are not valid. */
  readonly fields: readonly string[] | undefined;
  readonly text: string;
  readonly start: number;
  /** Where the next line begins. */
  readonly next: number;
  readonly line: number;
  readonly nextLine: number;
  /** Whether its end has been read. */
  readonly isWhole: boolean;
}

/** Reads the lines of a head, without blank ones and comments. */
export function* firstLines(
  head: Buffer,
  isWholeInput: boolean,
  delimiter: number,
  from = { start: 0, line: 1 },
): Generator<FirstLine, void, undefined> {
  let { start, line } = from;
  while (start < head.length) {
    const record = readQuotedRecord(head, start, delimiter);
    let end = record?.fields ? record.end : start;
    if (!record?.fields) while (end < head.length && head[end] !== LF && head[end] !== CR) end += 1;
    const next = end + (head[end] === CR && head[end + 1] === LF ? 2 : 1);
    const text = head.toString('utf8', start, end);
    const nextLine = line + 1 + (record?.fields ? record.lineEnds : 0);
    // A CR at the end may be half of a line end, and a quote may be closed later.
    const hasEnd = end < head.length && (head[end] === LF || next < head.length);
    const isWhole = isWholeInput || (record !== undefined && hasEnd);
    if (text.trim() !== '' && !text.startsWith('#'))
      yield {
        fields: record?.fields,
        text,
        start,
        next: Math.min(next, head.length),
        line,
        nextLine,
        isWhole,
      };
    start = next;
    line = nextLine;
  }
}
