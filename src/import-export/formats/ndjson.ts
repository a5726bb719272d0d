import { emptyBatch, type SampleBatch } from '../sample-batch.ts';
import { UnusableError } from '../unusable-input.ts';
import { type RecordNeeds, readRecord } from './json-record.ts';
import { describeOtherShape } from './json-shape.ts';
import { MAX_RECORD_BYTES, type Reader } from './reader.ts';

const LF = 0x0a;
const CR = 0x0d;

const HEAD_BYTES = 512;

/** Reads one JSON object, or list of values, per line, with any line ends. Empty lines are skipped. */
export function createNdjsonReader(needs: RecordNeeds, clock: () => number): Reader {
  let line = 1;
  let isAfterCr = false;
  /** If the first line is not a sample, the document may have another shape. */
  let isFirst = true;

  function refuseOtherShape(bytes: Buffer, start: number): void {
    const message = describeOtherShape(bytes.toString('utf8', start, start + HEAD_BYTES));
    if (message) throw new UnusableError(message, line);
  }

  function take(bytes: Buffer, start: number, end: number, now: number, batch: SampleBatch): void {
    const text = bytes.toString('utf8', start, end).trim();
    if (text === '') return;
    if (isFirst) {
      const alone = emptyBatch();
      readRecord(text, needs, { now, line, batch: alone });
      if (alone.rejected.length > 0) refuseOtherShape(bytes, start);
      batch.samples.push(...alone.samples);
      batch.rejected.push(...alone.rejected);
      batch.omitted.candle_not_ended += alone.omitted.candle_not_ended;
    } else readRecord(text, needs, { now, line, batch });
    isFirst = false;
  }

  function read(bytes: Buffer, isLast: boolean, batch: SampleBatch): number {
    const { length } = bytes;
    const now = clock();
    let start = isAfterCr && bytes[0] === LF ? 1 : 0;
    if (length > 0) isAfterCr = false;
    while (start < length) {
      let at = start;
      while (at < length && bytes[at] !== LF && bytes[at] !== CR) at += 1;
      if (at === length && !isLast) {
        if (isFirst && length - start > MAX_RECORD_BYTES) refuseOtherShape(bytes, start);
        return start;
      }
      take(bytes, start, at, now, batch);
      isAfterCr = bytes[at] === CR && at + 1 === length;
      start = at + (bytes[at] === CR && bytes[at + 1] === LF ? 2 : 1);
      line += 1;
    }
    return Math.min(start, length);
  }

  return { read, line: () => line };
}
