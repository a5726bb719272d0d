import { admitInto, type SampleBatch } from '../sample-batch.ts';
import { UnusableError } from '../unusable-input.ts';
import { type Columns, explainQuotes, noticeOf, readHeader } from './columns.ts';
import { readPlainNumber } from './plain-number.ts';
import { readQuotedRecord } from './quoted-fields.ts';
import { MAX_RECORD_BYTES, type Reader, type ReaderNeeds } from './reader.ts';

const COMMA = 0x2c;
const QUOTE = 0x22;
const LF = 0x0a;
const CR = 0x0d;

const MAX_COLUMNS = 1000;

/** Returns a number if it is a plain decimal, otherwise the text, or `undefined` if it is empty. */
function readValue(bytes: Buffer, from: number, to: number): number | string | undefined {
  if (from === to) return undefined;
  return readPlainNumber(bytes, from, to) ?? trimmed(bytes.toString('latin1', from, to));
}

const trimmed = (text: string | undefined): string | undefined => text?.trim() || undefined;

/**
 * Reads CSV (RFC 4180) with a header and any line ends. Lines without quotes are parsed from bytes: this is the import's hot
 * path, and libraries spend most of their time on creating a text for each field.
 */
export function createCsvReader({ clock, times, notice }: ReaderNeeds): Reader {
  let line = 1;
  let columns: Columns | undefined;
  /** Whether the previous bytes ended with a CR, which may be half of a line end. */
  let isAfterCr = false;
  /** The ends of a line's fields. */
  const ends = new Int32Array(MAX_COLUMNS + 1);

  function takeHeader(fields: readonly string[]): void {
    if (fields.length > MAX_COLUMNS)
      throw new UnusableError(`there are more than ${MAX_COLUMNS} columns`, line);
    columns = readHeader(fields, line);
    const text = noticeOf(columns, line);
    if (text) notice(text);
  }

  function takeFields(fields: readonly string[], text: () => string, now: number, batch: SampleBatch) {
    if (!columns) return takeHeader(fields);
    if (fields.length !== columns.count) {
      batch.rejected.push({ line, reason: 'wrong_number_of_columns', text: text() });
      return;
    }
    const { time, price = -1, sentiment = -1 } = columns;
    const record = {
      time: times.ofValue(fields[time]?.trim(), line),
      price: trimmed(fields[price]),
      sentiment: trimmed(fields[sentiment]),
    };
    admitInto(batch, record, now, line, text);
  }

  function takePlain(
    bytes: Buffer,
    start: number,
    end: number,
    count: number,
    now: number,
    batch: SampleBatch,
  ) {
    const text = (): string => bytes.toString('utf8', start, end);
    if (count === 1 && text().trim() === '') return;
    if (!columns) return takeHeader(text().split(','));
    if (count !== columns.count) {
      batch.rejected.push({ line, reason: 'wrong_number_of_columns', text: text() });
      return;
    }
    const { time, price, sentiment } = columns;
    const beginOf = (index: number): number => (index === 0 ? start : (ends[index - 1] as number) + 1);
    const value = (index: number | undefined) =>
      index === undefined ? undefined : readValue(bytes, beginOf(index), ends[index] as number);
    const record = {
      time: times.ofBytes(bytes, beginOf(time), ends[time] as number, line),
      price: value(price),
      sentiment: value(sentiment),
    };
    admitInto(batch, record, now, line, text);
  }

  /** @returns where the record's line end begins; `undefined` if more bytes are needed. */
  function takeQuoted(bytes: Buffer, start: number, isLast: boolean, now: number, batch: SampleBatch) {
    const record = readQuotedRecord(bytes, start);
    if (!isLast && (!record || record.end === bytes.length) && bytes.length - start <= MAX_RECORD_BYTES)
      return undefined;
    // A quote that is never closed affects only its own line.
    const isLost = !record || record.end - start > MAX_RECORD_BYTES;
    let end = isLost ? start : record.end;
    while (isLost && end < bytes.length && bytes[end] !== LF && bytes[end] !== CR) end += 1;
    if (end - start > MAX_RECORD_BYTES) return undefined;
    const text = (): string => bytes.toString('utf8', start, end);
    if (isLost || !record.fields) {
      if (!columns) throw new UnusableError(explainQuotes(text()), line);
      batch.rejected.push({ line, reason: 'malformed', text: text() });
    } else takeFields(record.fields, text, now, batch);
    if (!isLost) line += record.lineEnds;
    return end;
  }

  function read(bytes: Buffer, isLast: boolean, batch: SampleBatch): number {
    const { length } = bytes;
    const now = clock();
    let start = isAfterCr && bytes[0] === LF ? 1 : 0;
    if (length > 0) isAfterCr = false;
    while (start < length) {
      let count = 0;
      let at = start;
      let byte = 0;
      for (; at < length; at += 1) {
        byte = bytes[at] as number;
        if (byte > COMMA) continue;
        if (byte === COMMA) {
          if (count < MAX_COLUMNS) ends[count] = at;
          count += 1;
        } else if (byte === LF || byte === CR || byte === QUOTE) break;
      }
      if (at < length && byte === QUOTE) {
        const end = takeQuoted(bytes, start, isLast, now, batch);
        if (end === undefined) return start;
        at = end;
      } else {
        if (at === length && !isLast) return start;
        if (count <= MAX_COLUMNS) ends[count] = at;
        takePlain(bytes, start, at, count + 1, now, batch);
      }
      isAfterCr = bytes[at] === CR && at + 1 === length;
      start = at + (bytes[at] === CR && bytes[at + 1] === LF ? 2 : 1);
      line += 1;
    }
    if (isLast && !columns) throw new UnusableError('there is no line that names the columns', line);
    return Math.min(start, length);
  }

  return { read, line: () => line };
}
