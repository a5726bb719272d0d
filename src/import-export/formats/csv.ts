import type { SampleBatch } from '../sample-batch.ts';
import type { Layout } from '../tables/layout.ts';
import { createTaker, readText } from '../tables/record-rules.ts';
import type { SymbolCheck } from '../tables/symbol.ts';
import type { InvalidTime } from '../times/invalid-time.ts';
import { readPlainNumber } from './plain-number.ts';
import { readQuotedRecord } from './quoted-fields.ts';
import { MAX_RECORD_BYTES, type Reader } from './reader.ts';

const COMMA = 0x2c;
const QUOTE = 0x22;
const HASH = 0x23;
const LF = 0x0a;
const CR = 0x0d;

const MAX_COLUMNS = 1000;

const IN_SYMBOL = 'the symbol is';

export interface CsvNeeds {
  readonly clock: () => number;
  readonly checkSymbol: SymbolCheck;
}

type Value = number | string | undefined;

/**
 * Reads the records of CSV (RFC 4180) with any line ends, whose layout is known. Lines without quotes are parsed from bytes:
 * this is the import's hot path, and libraries spend most of their time on creating a text for each field.
 */
export function createCsvReader({ clock, checkSymbol }: CsvNeeds, layout: Layout): Reader {
  const { columns, delimiter, header, times, rules } = layout;
  const { symbol } = columns;
  const takeRecord = createTaker(rules, checkSymbol);
  /** With a decimal comma, `35.500` is no plain number. */
  const hasPlainNumbers = rules.numbers?.decimal !== ',';
  /** No byte above it ends a field or begins a quote. */
  const lastSpecial = Math.max(delimiter, COMMA);
  let line = layout.line;
  /** Whether the previous bytes ended with a CR, which may be half of a line end. */
  let isAfterCr = false;
  /** The ends of a line's fields. */
  const ends = new Int32Array(MAX_COLUMNS + 1);
  let knownSymbol: Buffer | undefined;

  const readOf = (text: string | undefined): string | undefined => text && readText(text, rules);

  /** Returns a number if it is a plain decimal, otherwise the text, or `undefined` if it is absent. */
  function readValue(bytes: Buffer, from: number, to: number): Value {
    if (from === to) return undefined;
    const plain = hasPlainNumbers ? readPlainNumber(bytes, from, to) : undefined;
    return plain ?? readOf(bytes.toString('latin1', from, to));
  }

  function take(
    time: number | InvalidTime,
    price: Value,
    sentiment: Value,
    text: () => string,
    now: number,
    batch: SampleBatch,
  ): void {
    // Files that were joined repeat their header.
    if (typeof time !== 'number' && header !== undefined && text() === header) return;
    takeRecord({ time, price, sentiment }, { now, line, batch }, text);
  }

  function takeFields(fields: readonly string[], text: () => string, now: number, batch: SampleBatch): void {
    // Commas at the end of a line are no values.
    const isShort = fields.length < columns.least;
    if (isShort || fields.slice(columns.count).some((field) => field.trim() !== '')) {
      batch.rejected.push({ line, reason: 'wrong_number_of_columns', text: text() });
      return;
    }
    const time = times.ofValue(fields[columns.time]?.trim(), line);
    if (symbol !== undefined && text() !== header) checkSymbol(fields[symbol]?.trim() ?? '', IN_SYMBOL, line);
    const { price = -1, sentiment = -1 } = columns;
    take(time, readOf(fields[price]), readOf(fields[sentiment]), text, now, batch);
  }

  function takePlain(
    bytes: Buffer,
    start: number,
    end: number,
    count: number,
    now: number,
    batch: SampleBatch,
  ): void {
    const text = (): string => bytes.toString('utf8', start, end);
    if (count === 1 && text().trim() === '') return;
    if (count !== columns.count) {
      takeFields(text().split(String.fromCharCode(delimiter)), text, now, batch);
      return;
    }
    const { time, price, sentiment } = columns;
    const beginOf = (index: number): number => (index === 0 ? start : (ends[index - 1] as number) + 1);
    const value = (index: number | undefined): Value =>
      index === undefined ? undefined : readValue(bytes, beginOf(index), ends[index] as number);
    if (symbol !== undefined) takeSymbol(bytes, beginOf(symbol), ends[symbol] as number, text);
    const read = times.ofBytes(bytes, beginOf(time), ends[time] as number, line);
    take(read, value(price), value(sentiment), text, now, batch);
  }

  /** Compares bytes first, since all lines have the same symbol. */
  function takeSymbol(bytes: Buffer, from: number, to: number, text: () => string): void {
    if (knownSymbol?.compare(bytes, from, to) === 0 || text() === header) return;
    checkSymbol(bytes.toString('utf8', from, to).trim(), IN_SYMBOL, line);
    knownSymbol = Buffer.from(bytes.subarray(from, to));
  }

  /** @returns where the record's line end begins; `undefined` if more bytes are needed. */
  function takeQuoted(bytes: Buffer, start: number, isLast: boolean, now: number, batch: SampleBatch) {
    const record = readQuotedRecord(bytes, start, delimiter);
    if (!isLast && (!record || record.end === bytes.length) && bytes.length - start <= MAX_RECORD_BYTES)
      return undefined;
    // A quote that is never closed affects only its own line.
    const isLost = !record || record.end - start > MAX_RECORD_BYTES;
    let end = isLost ? start : record.end;
    while (isLost && end < bytes.length && bytes[end] !== LF && bytes[end] !== CR) end += 1;
    if (end - start > MAX_RECORD_BYTES) return undefined;
    const text = (): string => bytes.toString('utf8', start, end);
    if (isLost || !record.fields) batch.rejected.push({ line, reason: 'malformed', text: text() });
    else takeFields(record.fields, text, now, batch);
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
      const isComment = bytes[start] === HASH;
      for (; at < length; at += 1) {
        byte = bytes[at] as number;
        if (byte > lastSpecial) continue;
        if (byte === delimiter) {
          if (count < MAX_COLUMNS) ends[count] = at;
          count += 1;
        } else if (byte === LF || byte === CR || (byte === QUOTE && !isComment)) break;
      }
      if (at < length && byte === QUOTE) {
        const end = takeQuoted(bytes, start, isLast, now, batch);
        if (end === undefined) return start;
        at = end;
      } else {
        if (at === length && !isLast) return start;
        if (count <= MAX_COLUMNS) ends[count] = at;
        if (!isComment) takePlain(bytes, start, at, count + 1, now, batch);
      }
      isAfterCr = bytes[at] === CR && at + 1 === length;
      start = at + (bytes[at] === CR && bytes[at + 1] === LF ? 2 : 1);
      line += 1;
    }
    return Math.min(start, length);
  }

  return { read, line: () => line };
}
