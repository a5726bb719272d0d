import { zstdCompressSync } from 'node:zlib';
import type { ColumnChunk, Encoding, SchemaElement, Statistics } from 'hyparquet';
import type { ByteWriter } from 'hyparquet-writer/src/bytewriter.js';
import { writePageHeader } from 'hyparquet-writer/src/datapage.js';
import {
  bitsFor,
  byteStreamSplit,
  definitionLevels,
  deltaBinaryPacked,
  dictionaryIndices,
  plain,
} from './encodings.ts';

/** Moments (epoch milliseconds, in UTC), numbers that may be absent, counts, or text. */
export type ColumnType = 'time' | 'number' | 'count' | 'text';

export type ColumnValue = number | string | undefined;

export const ELEMENTS: Readonly<Record<ColumnType, Omit<SchemaElement, 'name'>>> = {
  time: {
    type: 'INT64',
    repetition_type: 'REQUIRED',
    converted_type: 'TIMESTAMP_MILLIS',
    logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' },
  },
  number: { type: 'DOUBLE', repetition_type: 'OPTIONAL' },
  count: { type: 'INT32', repetition_type: 'REQUIRED' },
  text: {
    type: 'BYTE_ARRAY',
    repetition_type: 'REQUIRED',
    converted_type: 'UTF8',
    logical_type: { type: 'STRING' },
  },
};

/** A dictionary is tried if the first values repeat so often. */
const SAMPLE = 4096;

/** Bytes of a number that zstd leaves of BYTE_STREAM_SPLIT, about. A dictionary has to be smaller. */
const SPLIT_BYTES = 4;

interface Dictionary {
  readonly values: (number | string)[];
  readonly indices: Uint32Array;
}

/** Collects the values of a column, and writes them as a column chunk of one page with statistics, compressed by zstd. */
export function createColumn(name: string, type: ColumnType, capacity: number) {
  const numbers = new Float64Array(capacity);
  const texts: string[] = [];
  const isPresent = new Uint8Array(capacity);
  const isText = type === 'text';
  /** Rows, and those of them with a value. */
  let rows = 0;
  let count = 0;

  function toDictionary(): Dictionary | undefined {
    const known = new Map<number | string, number>();
    const indices = new Uint32Array(count);
    for (let at = 0; at < count; at += 1) {
      const value = isText ? (texts[at] as string) : (numbers[at] as number);
      let index = known.get(value);
      if (index === undefined) {
        index = known.size;
        known.set(value, index);
      }
      indices[at] = index;
      if (!isText && at === SAMPLE && known.size > SAMPLE / 2) return undefined;
    }
    const bytes = 8 * known.size + (count * bitsFor(known.size)) / 8;
    // A Map would take -0 for 0.
    return isText || bytes < SPLIT_BYTES * count ? { values: [...known.keys()], indices } : undefined;
  }

  function statistics(): Statistics {
    const nulls = { null_count: BigInt(rows - count) };
    if (count === 0) return nulls;
    if (isText) {
      const [least = '', ...others] = [...new Set(texts)].sort();
      return { ...nulls, min_value: least, max_value: others.at(-1) ?? least };
    }
    let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let at = 0; at < count; at += 1) {
      const value = numbers[at] as number;
      if (value < least) least = value;
      if (value > most) most = value;
    }
    if (type === 'time') return { ...nulls, min_value: BigInt(least), max_value: BigInt(most) };
    return { ...nulls, min_value: least, max_value: most };
  }

  function encode(dictionary: Dictionary | undefined): { encoding: Encoding; data: Uint8Array } {
    if (dictionary)
      return {
        encoding: 'RLE_DICTIONARY',
        data: dictionaryIndices(dictionary.indices, dictionary.values.length),
      };
    const values = numbers.subarray(0, count);
    if (type === 'number') return { encoding: 'BYTE_STREAM_SPLIT', data: byteStreamSplit(values) };
    return { encoding: 'DELTA_BINARY_PACKED', data: deltaBinaryPacked(values) };
  }

  return {
    add(value: ColumnValue): void {
      const isValue = value !== undefined;
      isPresent[rows] = isValue ? 1 : 0;
      rows += 1;
      if (!isValue) return;
      // Adding 0 turns -0 into 0, which statistics and dictionaries would mix up.
      if (typeof value === 'string') texts.push(value);
      else numbers[count] = value + 0;
      count += 1;
    },

    /** Writes what was added, and begins anew. */
    write(writer: ByteWriter): ColumnChunk {
      const start = writer.offset;
      let unpacked = 0;
      const dictionary = isText || type === 'number' ? toDictionary() : undefined;
      if (dictionary) {
        const values = plain(dictionary.values, isText ? 'BYTE_ARRAY' : 'DOUBLE');
        const packed = zstdCompressSync(values);
        const before = writer.offset;
        writePageHeader(writer, {
          type: 'DICTIONARY_PAGE',
          uncompressed_page_size: values.length,
          compressed_page_size: packed.length,
          dictionary_page_header: { num_values: dictionary.values.length, encoding: 'PLAIN' },
        });
        unpacked += writer.offset - before + values.length;
        writer.appendBytes(packed);
      }

      const { encoding, data } = encode(dictionary);
      const levels = type === 'number' ? definitionLevels(isPresent.subarray(0, rows)) : new Uint8Array();
      const packed = zstdCompressSync(data);
      const page = writer.offset;
      writePageHeader(writer, {
        type: 'DATA_PAGE_V2',
        uncompressed_page_size: levels.length + data.length,
        compressed_page_size: levels.length + packed.length,
        data_page_header_v2: {
          num_values: rows,
          num_nulls: rows - count,
          num_rows: rows,
          encoding,
          definition_levels_byte_length: levels.length,
          repetition_levels_byte_length: 0,
          is_compressed: true,
        },
      });
      unpacked += writer.offset - page + levels.length + data.length;
      writer.appendBytes(levels);
      writer.appendBytes(packed);

      const chunk: ColumnChunk = {
        file_offset: BigInt(start),
        meta_data: {
          type: ELEMENTS[type].type ?? 'DOUBLE',
          encodings: ['RLE', ...(dictionary ? (['PLAIN'] as const) : []), encoding],
          path_in_schema: [name],
          codec: 'ZSTD',
          num_values: BigInt(rows),
          total_uncompressed_size: BigInt(unpacked),
          total_compressed_size: BigInt(writer.offset - start),
          data_page_offset: BigInt(page),
          ...(dictionary && { dictionary_page_offset: BigInt(start) }),
          statistics: statistics(),
        },
      };
      rows = 0;
      count = 0;
      texts.length = 0;
      return chunk;
    },
  };
}
