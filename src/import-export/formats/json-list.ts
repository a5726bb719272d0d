import type { SampleBatch } from '../sample-batch.ts';
import { UnusableError } from '../unusable-input.ts';
import { type RecordNeeds, readRecord } from './json-record.ts';
import { describeOtherShape } from './json-shape.ts';
import type { Reader } from './reader.ts';

const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const OPEN = [0x5b, 0x7b];
const CLOSE = [0x5d, 0x7d];
const LF = 0x0a;

const isSpace = (byte: number | undefined): boolean =>
  byte === LF || byte === 0x20 || byte === 0x0d || byte === 0x09;

/** Returns the end of the value that begins at a byte; `undefined` if it is incomplete. */
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

type Expected = 'list' | 'first value' | 'value' | 'comma' | 'nothing';

/** Reads a JSON list of any length, as of SentiCrypt v1 and the tutorial, one record at a time. */
export function createJsonListReader(needs: RecordNeeds, clock: () => number): Reader {
  let line = 1;
  let expected: Expected = 'list';

  const broken = () => new UnusableError('the JSON list is truncated or invalid', line);

  /** What is expected after the list's punctuation; `undefined` if a value begins. */
  function afterPunctuation(byte: number): Expected | undefined {
    if (expected === 'list' && byte === OPEN[0]) return 'first value';
    if (expected === 'comma' && byte === COMMA) return 'value';
    if ((expected === 'comma' || expected === 'first value') && byte === CLOSE[0]) return 'nothing';
    const isValue = expected === 'first value' || expected === 'value';
    if (isValue && byte !== COMMA && !CLOSE.includes(byte)) return undefined;
    throw broken();
  }

  function countLines(bytes: Buffer, from: number, to: number): void {
    for (let at = bytes.indexOf(LF, from); at >= 0 && at < to; at = bytes.indexOf(LF, at + 1)) line += 1;
  }

  function read(bytes: Buffer, isLast: boolean, batch: SampleBatch): number {
    const now = clock();
    let at = 0;
    while (at < bytes.length) {
      const byte = bytes[at] as number;
      const next = isSpace(byte) ? expected : afterPunctuation(byte);
      if (next) {
        expected = next;
        if (byte === LF) line += 1;
        at += 1;
        continue;
      }
      if (expected === 'first value' && byte === OPEN[0] && typeof needs.members?.time !== 'number')
        throw new UnusableError(describeOtherShape('[[') ?? 'it is a list of lists', line);
      const end = endOfValue(bytes, at);
      if (end === undefined) {
        if (isLast) throw broken();
        return at;
      }
      readRecord(bytes.toString('utf8', at, end), needs, { now, line, batch });
      countLines(bytes, at, end);
      expected = 'comma';
      at = end;
    }
    if (isLast && expected !== 'nothing') throw broken();
    return at;
  }

  return { read, line: () => line };
}
