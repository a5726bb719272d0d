import { zstdCompressSync } from 'node:zlib';
import type { SchemaElement } from 'hyparquet';
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';

type ColumnType = 'time' | 'number' | 'count' | 'text';

/** A column of moments (epoch milliseconds, in UTC), of numbers that may be absent, of counts, or of text. */
export interface ParquetColumn<T> {
  readonly name: string;
  readonly type: ColumnType;
  /** Its value in a row. Only a number may be absent. */
  readonly of: (row: T) => number | string | undefined;
}

const ELEMENTS: Readonly<Record<ColumnType, Omit<SchemaElement, 'name'>>> = {
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

/** Consecutive times and counts differ little, and the bytes of consecutive prices agree in places. */
const ENCODINGS = {
  time: 'DELTA_BINARY_PACKED',
  number: 'BYTE_STREAM_SPLIT',
  count: 'DELTA_BINARY_PACKED',
  text: 'RLE_DICTIONARY',
} as const;

export interface ParquetRows<T> {
  /** Adds rows. Returns the bytes of the row groups that are full. */
  add(rows: readonly T[]): Uint8Array;
  /** The bytes of the last row group and the footer. */
  end(): Uint8Array;
}

/**
 * Writes rows as a Parquet file, in row groups with statistics, compressed by zstd. Its memory is that of one row group.
 */
export function createParquetRows<T>(
  columns: readonly ParquetColumn<T>[],
  rowsPerGroup: number,
): ParquetRows<T> {
  const bytes = new ByteWriter();
  const writer = new ParquetWriter({
    writer: bytes,
    schema: [
      { name: 'root', num_children: columns.length },
      ...columns.map(({ name, type }): SchemaElement => ({ name, ...ELEMENTS[type] })),
    ],
    codec: 'ZSTD',
    compressors: { ZSTD: (page) => zstdCompressSync(page) },
    createdBy: 'is-bitcoin-lit',
  });
  let waiting: T[] = [];

  function dataOf({ type, of }: ParquetColumn<T>, rows: readonly T[]) {
    if (type === 'time') return BigInt64Array.from(rows, (row) => BigInt(of(row) ?? 0));
    if (type === 'count') return Int32Array.from(rows, (row) => Number(of(row) ?? 0));
    return rows.map(of);
  }

  function writeGroup(rows: readonly T[]): void {
    const columnData = columns.map((column) => ({
      name: column.name,
      data: dataOf(column, rows),
      encoding: ENCODINGS[column.type],
    }));
    writer.write({ columnData, rowGroupSize: rowsPerGroup });
  }

  /** Takes the bytes written since the last call. */
  function take(): Uint8Array {
    const taken = new Uint8Array(bytes.getBuffer());
    bytes.index = 0;
    return taken;
  }

  return {
    add(rows) {
      for (const row of rows) {
        if (waiting.push(row) < rowsPerGroup) continue;
        writeGroup(waiting);
        waiting = [];
      }
      return take();
    },
    end() {
      if (waiting.length > 0) writeGroup(waiting);
      waiting = [];
      writer.finish();
      return take();
    },
  };
}
