import { type FileHandle, open } from 'node:fs/promises';
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import {
  type AsyncBuffer,
  type Compressors,
  type FileMetaData,
  parquetMetadataAsync,
  parquetScan,
  parquetSchema,
} from 'hyparquet';
import { DAY } from '../domain/time/bucket-width.ts';

/** The file is no valid Parquet, or one that cannot be read within bounds. The message is for the user. */
export class ParquetError extends Error {
  override readonly name = 'ParquetError';
}

/** Programs write at most about a million rows. */
const MAX_GROUP_ROWS = 2 ** 21;
/** Of the read columns of one row group, unpacked. */
const MAX_GROUP_BYTES = 2 ** 26;
/** A page is a part of a row group. */
const MAX_PAGE_BYTES = MAX_GROUP_BYTES;

const limited = { maxOutputLength: MAX_PAGE_BYTES };

const COMPRESSORS: Compressors = {
  GZIP: (page) => gunzipSync(page, limited),
  BROTLI: (page) => brotliDecompressSync(page, limited),
  ZSTD: (page) => zstdDecompressSync(page, limited),
};

/** Of a moment in a column of whole numbers, in one millisecond. */
const UNITS = { MILLIS: 1n, MICROS: 1000n, NANOS: 1_000_000n } as const;

const PARSERS = { dateFromDays: (days: number) => days * DAY };

export interface ParquetFileColumn {
  readonly name: string;
  /** `time` is a moment, `local` a time without a zone, `date` one without a time of day, `other` a list, a structure or binary data. */
  readonly type: 'time' | 'local' | 'date' | 'number' | 'text' | 'other';
  /** Of a time: how many of its units are a millisecond. Dates are in milliseconds. */
  readonly perMillisecond: bigint;
}

export type ParquetValue = number | bigint | string | null | undefined;

export interface ParquetFile extends AsyncDisposable {
  readonly columns: readonly ParquetFileColumn[];
  /** The values of some columns, a row group at a time. @throws ParquetError. */
  groups(names: readonly string[]): AsyncIterable<readonly ArrayLike<ParquetValue>[]>;
}

function typeOf({ element, children }: ReturnType<typeof parquetSchema>): ParquetFileColumn['type'] {
  const { type, converted_type: converted, logical_type: logical, repetition_type: repetition } = element;
  if (children.length > 0 || repetition === 'REPEATED') return 'other';
  if (logical?.type === 'TIMESTAMP') return logical.isAdjustedToUTC ? 'time' : 'local';
  if (converted?.startsWith('TIMESTAMP_')) return 'time';
  if (converted === 'DATE' || logical?.type === 'DATE') return 'date';
  if (type === 'BYTE_ARRAY') return converted === 'UTF8' || logical?.type === 'STRING' ? 'text' : 'other';
  return type === 'INT32' || type === 'INT64' || type === 'FLOAT' || type === 'DOUBLE' ? 'number' : 'other';
}

/**
 * Describes a column. The library would make an object of each time, so it is told that times are whole numbers.
 */
function describe(node: ReturnType<typeof parquetSchema>): ParquetFileColumn {
  const { element } = node;
  const { converted_type: converted, logical_type: logical } = element;
  const type = typeOf(node);
  if (element.type !== 'INT64' || (type !== 'time' && type !== 'local'))
    return { name: element.name, type, perMillisecond: 1n };
  const unit =
    logical?.type === 'TIMESTAMP' ? logical.unit : converted === 'TIMESTAMP_MICROS' ? 'MICROS' : 'MILLIS';
  delete element.converted_type;
  delete element.logical_type;
  return { name: element.name, type, perMillisecond: UNITS[unit] };
}

function bufferOf(file: FileHandle, size: number): AsyncBuffer {
  return {
    byteLength: size,
    async slice(start, end = size) {
      const length = Math.max(0, Math.min(end, size) - start);
      // Offsets in a damaged file may be anything.
      if (!(length <= MAX_GROUP_BYTES))
        throw new ParquetError('the Parquet file is damaged, or a part of it is too large');
      const buffer = Buffer.alloc(length);
      const { bytesRead } = await file.read(buffer, 0, length, start);
      if (bytesRead < length) throw new ParquetError('the Parquet file is truncated');
      return buffer.buffer;
    },
  };
}

/** Errors of the library, which does not distinguish a damaged file from one of an unknown kind. */
async function guarded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof ParquetError || (cause instanceof Error && 'syscall' in cause)) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ParquetError(
      `the Parquet file is truncated or damaged, or has a part that cannot be read (${reason})`,
      { cause },
    );
  }
}

function limitGroups({ row_groups: groups }: FileMetaData, names: readonly string[]): void {
  for (const { num_rows: rows, columns } of groups) {
    const read = columns.filter(({ meta_data: data }) => names.includes(data?.path_in_schema[0] ?? ''));
    const bytes = read.reduce(
      (sum, { meta_data: data }) => sum + Number(data?.total_uncompressed_size ?? 0),
      0,
    );
    if (rows <= MAX_GROUP_ROWS && bytes <= MAX_GROUP_BYTES) continue;
    throw new ParquetError(
      `the Parquet file has row groups of more than ${MAX_GROUP_ROWS} rows or ${MAX_GROUP_BYTES / 2 ** 20} MiB: write it with smaller ones, such as 100,000 rows`,
    );
  }
}

/** @throws ParquetError, or the system's error. */
export async function openParquet(path: string): Promise<ParquetFile> {
  const handle = await open(path);
  try {
    const { size } = await handle.stat();
    const file = bufferOf(handle, size);
    const metadata = await guarded(() => parquetMetadataAsync(file));
    return {
      columns: parquetSchema(metadata).children.map(describe),
      async *groups(names) {
        limitGroups(metadata, names);
        const options = { file, metadata, columns: [...names], compressors: COMPRESSORS, parsers: PARSERS };
        const scan = await guarded(() => parquetScan({ ...options, useOffsetIndex: false }));
        for (const range of scan.ranges)
          yield await guarded(() =>
            Promise.all(names.map((column) => scan.readColumn({ ...range, column }))),
          );
      },
      [Symbol.asyncDispose]: () => handle.close(),
    };
  } catch (error) {
    await handle.close();
    throw error;
  }
}
