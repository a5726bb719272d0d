import type { SampleBatch } from '../sample-batch.ts';
import { UnusableError } from '../unusable-input.ts';
import { readRecord } from './json-record.ts';
import { describeOtherShape } from './json-shape.ts';
import type { Reader, ReaderNeeds } from './reader.ts';

const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const OPEN = [0x5b, 0x7b];
const CLOSE = [0x5d, 0x7d];
const LF = 0x0a;

const isSpace = (byte: number | undefined): boolean =>
  byte === LF || byte === 0x20 || byte === 0x0d || byte === 0x09;

/** Where the value that begins at a byte ends; `undefined` where the bytes end before it does. */
function endOfValue(bytes: Buffer, start: number): number | undefined {
  let depth = 0;
  for (let at = start; at < bytes.length; at += 1) {
    const byte = bytes[at] as number;
    if (byte === QUOTE) {
      do {
        at += bytes[at] === BACKSLASH ? 2 : 1;
      } while (at < bytes.length && bytes[at] !== QUOTE);
    } else if (OPEN.includes(byte)) depth += 1;
    else if (depth > 0 && CLOSE.includes(byte)) {
      depth -= 1;
      if (depth === 0) return at + 1;
    } else if (depth === 0 && (byte === COMMA || CLOSE.includes(byte))) return at;
  }
  return undefined;
}

type Awaited = 'list' | 'first value' | 'value' | 'comma' | 'nothing';

/** One JSON list, read a record at a time, whatever its length: as SentiCrypt v1 and the tutorial keep their samples. */
export function createJsonListReader(needs: ReaderNeeds): Reader {
  let line = 1;
  let awaited: Awaited = 'list';

  function broken(): UnusableError {
    return new UnusableError('the JSON list breaks off, or is none', line);
  }

  /** What the punctuation of the list leads to; `undefined` where a value begins. */
  function step(byte: number): Awaited | undefined {
    if (awaited === 'list' && byte === OPEN[0]) return 'first value';
    if (awaited === 'comma' && byte === COMMA) return 'value';
    if ((awaited === 'comma' || awaited === 'first value') && byte === CLOSE[0]) return 'nothing';
    const isValue =
      (awaited === 'first value' || awaited === 'value') && byte !== COMMA && !CLOSE.includes(byte);
    if (isValue) return undefined;
    throw broken();
  }

  function countLines(bytes: Buffer, from: number, to: number): void {
    for (let at = bytes.indexOf(LF, from); at >= 0 && at < to; at = bytes.indexOf(LF, at + 1)) line += 1;
  }

  function read(bytes: Buffer, isLast: boolean, batch: SampleBatch): number {
    const now = needs.clock();
    let at = 0;
    while (at < bytes.length) {
      const byte = bytes[at] as number;
      const next = isSpace(byte) ? awaited : step(byte);
      if (next) {
        awaited = next;
        if (byte === LF) line += 1;
        at += 1;
        continue;
      }
      if (awaited === 'first value' && byte === OPEN[0])
        throw new UnusableError(describeOtherShape('[[') ?? 'it is a list of lists', line);
      const end = endOfValue(bytes, at);
      if (end === undefined) {
        if (isLast) throw broken();
        return at;
      }
      readRecord(bytes.toString('utf8', at, end), needs, { now, line, batch });
      countLines(bytes, at, end);
      awaited = 'comma';
      at = end;
    }
    if (isLast && awaited !== 'nothing') throw broken();
    return at;
  }

  return { read, line: () => line };
}
