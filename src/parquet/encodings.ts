/** Encodings of the Parquet format (github.com/apache/parquet-format, Encodings.md), for many numbers at once. */

/** Bytes that grow. */
function createBytes(size: number) {
  let bytes = Buffer.allocUnsafe(size);
  let end = 0;

  function reserve(count: number): void {
    if (end + count <= bytes.length) return;
    bytes = Buffer.concat([bytes], Math.max(2 * bytes.length, end + count));
  }

  /** ULEB128. The number may be larger than 32 bits. */
  function varint(value: number): void {
    reserve(10);
    let rest = value;
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) {
      bytes[end] = (rest % 0x80) + 0x80;
      end += 1;
    }
    bytes[end] = rest;
    end += 1;
  }

  return {
    byte(value: number): void {
      reserve(1);
      bytes[end] = value;
      end += 1;
    },
    varint,
    zigZag: (value: number): void => varint(value < 0 ? -2 * value - 1 : 2 * value),
    append(more: Uint8Array): void {
      reserve(more.length);
      bytes.set(more, end);
      end += more.length;
    },
    all: (): Buffer => bytes.subarray(0, end),
  };
}

export const bitsFor = (value: number): number => (value === 0 ? 0 : Math.floor(Math.log2(value)) + 1);

/** Packs whole numbers below 2 ** width, of at most 44 bits, from the lowest bit on. A multiple of 8 values is written. */
function bitPack(values: ArrayLike<number>, from: number, count: number, width: number): Buffer {
  const groups = Math.ceil(count / 8);
  const packed = Buffer.alloc(groups * width);
  let end = 0;
  let pending = 0;
  let bits = 0;
  for (let index = 0; index < count; index += 1) {
    pending += (values[from + index] as number) * 2 ** bits;
    bits += width;
    for (; bits >= 8; bits -= 8) {
      packed[end] = pending % 0x100;
      pending = Math.floor(pending / 0x100);
      end += 1;
    }
  }
  if (bits > 0) packed[end] = pending;
  return packed;
}

const BLOCK = 128;
const MINIBLOCK = 32;

/** DELTA_BINARY_PACKED, of whole numbers that a double holds. */
export function deltaBinaryPacked(values: Float64Array, count: number): Buffer {
  const bytes = createBytes(1024);
  bytes.varint(BLOCK);
  bytes.varint(BLOCK / MINIBLOCK);
  bytes.varint(count);
  bytes.zigZag(values[0] ?? 0);
  const deltas = new Float64Array(BLOCK);
  for (let start = 1; start < count; start += BLOCK) {
    const size = Math.min(BLOCK, count - start);
    let least = Number.POSITIVE_INFINITY;
    for (let index = 0; index < size; index += 1) {
      const delta = (values[start + index] as number) - (values[start + index - 1] as number);
      deltas[index] = delta;
      if (delta < least) least = delta;
    }
    bytes.zigZag(least);
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
    bytes.append(Buffer.from(widths));
    for (const [index, width] of widths.entries())
      if (width > 0) bytes.append(bitPack(deltas, index * MINIBLOCK, MINIBLOCK, width));
  }
  return bytes.all();
}

/** BYTE_STREAM_SPLIT: the first bytes of all numbers, then the second ones, and so on. */
export function byteStreamSplit(values: Float64Array, count: number): Buffer {
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
export function definitionLevels(isPresent: Uint8Array, count: number, presentCount: number): Buffer {
  const bytes = createBytes(16);
  if (presentCount === count || presentCount === 0) {
    bytes.varint(count * 2);
    bytes.byte(presentCount === 0 ? 0 : 1);
  } else {
    bytes.varint(Math.ceil(count / 8) * 2 + 1);
    bytes.append(bitPack(isPresent, 0, count, 1));
  }
  return bytes.all();
}

/** The data of RLE_DICTIONARY: indices into a dictionary. */
export function dictionaryIndices(indices: Uint32Array, count: number, size: number): Buffer {
  const width = bitsFor(Math.max(0, size - 1));
  const bytes = createBytes(Math.ceil(count / 8) * width + 16);
  bytes.byte(width);
  if (width === 0) {
    bytes.varint(count * 2);
  } else {
    bytes.varint(Math.ceil(count / 8) * 2 + 1);
    bytes.append(bitPack(indices, 0, count, width));
  }
  return bytes.all();
}
