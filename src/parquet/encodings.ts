import type { DecodedArray } from 'hyparquet';
import { ByteWriter } from 'hyparquet-writer/src/bytewriter.js';
import { writeRleBitPackedHybrid } from 'hyparquet-writer/src/encoding.js';
import { writePlain } from 'hyparquet-writer/src/plain.js';

// Encodings of the Parquet format (github.com/apache/parquet-format, Encodings.md), for many numbers at once. Those of
// times and decimals are not the library's, which uses BigInt for the former and appends each byte of the latter alone.

function written(write: (writer: ByteWriter) => void): Uint8Array {
  const writer = new ByteWriter();
  write(writer);
  return writer.getBytes();
}

export const bitsFor = (value: number): number => (value === 0 ? 0 : Math.floor(Math.log2(value)) + 1);

const BLOCK = 128;
const MINIBLOCK = 32;

/** Packs whole numbers below 2 ** width, of at most 44 bits, from the lowest bit on. */
function bitPack(values: Float64Array, from: number, width: number): Uint8Array {
  const packed = new Uint8Array((MINIBLOCK * width) / 8);
  let end = 0;
  let pending = 0;
  let bits = 0;
  for (let index = from; index < from + MINIBLOCK; index += 1) {
    pending += (values[index] as number) * 2 ** bits;
    bits += width;
    for (; bits >= 8; bits -= 8) {
      packed[end] = pending % 0x100;
      pending = Math.floor(pending / 0x100);
      end += 1;
    }
  }
  return packed;
}

/** DELTA_BINARY_PACKED, of whole numbers that a double holds. */
export const deltaBinaryPacked = (values: Float64Array): Uint8Array =>
  written((writer) => {
    const count = values.length;
    writer.appendVarInt(BLOCK);
    writer.appendVarInt(BLOCK / MINIBLOCK);
    writer.appendVarInt(count);
    writer.appendZigZag(BigInt(values[0] ?? 0));
    const deltas = new Float64Array(BLOCK);
    for (let start = 1; start < count; start += BLOCK) {
      const size = Math.min(BLOCK, count - start);
      let least = Number.POSITIVE_INFINITY;
      for (let index = 0; index < size; index += 1) {
        const delta = (values[start + index] as number) - (values[start + index - 1] as number);
        deltas[index] = delta;
        if (delta < least) least = delta;
      }
      writer.appendZigZag(BigInt(least));
      const widths: number[] = [];
      for (let from = 0; from < BLOCK; from += MINIBLOCK) {
        let most = 0;
        for (let index = from; index < from + MINIBLOCK; index += 1) {
          const rest = index < size ? (deltas[index] as number) - least : 0;
          deltas[index] = rest;
          if (rest > most) most = rest;
        }
        widths.push(bitsFor(most));
      }
      writer.appendBytes(Uint8Array.from(widths));
      for (const [index, width] of widths.entries())
        if (width > 0) writer.appendBytes(bitPack(deltas, index * MINIBLOCK, width));
    }
  });

/** BYTE_STREAM_SPLIT: the first bytes of all numbers, then the second ones, and so on. */
export function byteStreamSplit(values: Float64Array): Buffer {
  const count = values.length;
  const bytes = new Uint8Array(values.buffer, values.byteOffset, count * 8);
  const split = Buffer.allocUnsafe(count * 8);
  for (let stream = 0; stream < 8; stream += 1) {
    const start = stream * count;
    for (let index = 0, at = stream; index < count; index += 1, at += 8)
      split[start + index] = bytes[at] as number;
  }
  return split;
}

/** Definition levels (RLE): whether each value is there. */
export const definitionLevels = (isPresent: Uint8Array): Uint8Array =>
  written((writer) => writeRleBitPackedHybrid(writer, isPresent, 1));

/** The data of RLE_DICTIONARY: indices into a dictionary. */
export const dictionaryIndices = (indices: Uint32Array, size: number): Uint8Array =>
  written((writer) => {
    const width = bitsFor(Math.max(0, size - 1));
    writer.appendUint8(width);
    writeRleBitPackedHybrid(writer, indices, width);
  });

/** PLAIN, of numbers or of text. */
export const plain = (values: DecodedArray, type: 'DOUBLE' | 'BYTE_ARRAY'): Uint8Array =>
  written((writer) => writePlain(writer, values, type, undefined));
