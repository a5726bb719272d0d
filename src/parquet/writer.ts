import type { RowGroup, SchemaElement } from 'hyparquet';
import { ByteWriter } from 'hyparquet-writer/src/bytewriter.js';
import { writeMetadata } from 'hyparquet-writer/src/metadata.js';
import { type ColumnType, type ColumnValue, createColumn, ELEMENTS } from './column-chunk.ts';

/** “PAR1”, at both ends of a file. */
const MARK = 0x31_52_41_50;

export interface ParquetColumn<T> {
  readonly name: string;
  readonly type: ColumnType;
  /** Its value in a row. Only a number may be absent. */
  readonly of: (row: T) => ColumnValue;
}

export interface ParquetRows<T> {
  /** Adds rows. Returns the bytes of the row groups that are full. */
  add(rows: readonly T[]): Uint8Array;
  /** The bytes of the last row group and the footer. */
  end(): Uint8Array;
}

/**
 * Writes rows as a Parquet file, in row groups with statistics. Its memory is that of one row group.
 *
 * The library writes the structure of the file and most encodings. It would take three times as long for all, since its
 * column chunks take values of any type; those of `column-chunk.ts` are numbers, or repeated texts.
 */
export function createParquetRows<T>(
  columns: readonly ParquetColumn<T>[],
  rowsPerGroup: number,
): ParquetRows<T> {
  const bytes = new ByteWriter();
  const schema: SchemaElement[] = [
    { name: 'root', num_children: columns.length },
    ...columns.map(({ name, type }) => ({ name, ...ELEMENTS[type] })),
  ];
  const groups: RowGroup[] = [];
  let total = 0n;
  bytes.appendUint32(MARK);
  const chunks = columns.map(({ name, type, of }) => ({ of, ...createColumn(name, type, rowsPerGroup) }));
  let count = 0;

  function writeGroup(): void {
    const start = bytes.offset;
    const written = chunks.map((column) => column.write(bytes));
    const unpacked = written.map(({ meta_data: data }) => data?.total_uncompressed_size ?? 0n);
    groups.push({
      columns: written,
      total_byte_size: unpacked.reduce((sum, size) => sum + size, 0n),
      num_rows: BigInt(count),
      total_compressed_size: BigInt(bytes.offset - start),
    });
    total += BigInt(count);
    count = 0;
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
        for (const column of chunks) column.add(column.of(row));
        count += 1;
        if (count === rowsPerGroup) writeGroup();
      }
      return take();
    },
    end() {
      if (count > 0) writeGroup();
      const file = { version: 2, created_by: 'is-bitcoin-lit', num_rows: total, metadata_length: 0 };
      writeMetadata(bytes, { ...file, schema, row_groups: groups });
      bytes.appendUint32(MARK);
      return take();
    },
  };
}
