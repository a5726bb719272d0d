import { takeRecord } from './json-record.ts';
import type { Parcel } from './parcel.ts';
import type { Reader, ReaderNeeds } from './reader.ts';

const LF = 0x0a;
const CR = 0x0d;

/** A JSON object a line; lines may end in any way, and empty ones are none. */
export function createNdjsonReader(needs: ReaderNeeds): Reader {
  let line = 1;
  let isAfterCr = false;

  function read(bytes: Buffer, isLast: boolean, parcel: Parcel): number {
    const { length } = bytes;
    const now = needs.clock();
    let start = isAfterCr && bytes[0] === LF ? 1 : 0;
    if (length > 0) isAfterCr = false;
    while (start < length) {
      let at = start;
      while (at < length && bytes[at] !== LF && bytes[at] !== CR) at += 1;
      if (at === length && !isLast) return start;
      const text = bytes.toString('utf8', start, at).trim();
      if (text !== '') takeRecord(text, needs, { now, line, parcel });
      isAfterCr = bytes[at] === CR && at + 1 === length;
      start = at + (bytes[at] === CR && bytes[at + 1] === LF ? 2 : 1);
      line += 1;
    }
    return Math.min(start, length);
  }

  return { read, line: () => line };
}
