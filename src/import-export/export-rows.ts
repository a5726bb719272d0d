import type { HistoryBucket } from '../domain/bucket.ts';
import { COLUMNS, historyRow } from '../domain/history.ts';
import { type JudgedHour, VERDICT_COLUMNS, verdictRow } from '../domain/past/verdict.ts';
import type { Sample } from '../domain/sample.ts';
import { createTimeWriter, FOR_SPREADSHEETS, WITH_MILLISECONDS } from '../domain/time/time-writer.ts';
import type { ParquetRows } from '../parquet/writer.ts';

export type RowFormat = 'csv' | 'ndjson' | 'parquet';
type RowTextFormat = Exclude<RowFormat, 'parquet'>;

/** The content of an export, in pieces. Numbers in text are in the shortest form that reads back as the same number. */
export interface Rows<T> {
  readonly head: string;
  rows(values: readonly T[]): string | Uint8Array;
  /** What follows the last row. */
  end(): string | Uint8Array;
}

/** Parquet: programs read a row group at once, and skip those that their statistics exclude. */
const ROWS_PER_GROUP = 2 ** 17;

function rowsOf<T>(head: string, row: (value: T) => string): Rows<T> {
  return {
    head,
    // Joins thousands of short texts without a list of them.
    rows(values) {
      let text = '';
      for (const value of values) text += row(value);
      return text;
    },
    end: () => '',
  };
}

/** Always milliseconds, since pandas takes a column of times with and without them for text. */
const timeWriter = (forSpreadsheet: boolean) =>
  createTimeWriter(forSpreadsheet ? FOR_SPREADSHEETS : WITH_MILLISECONDS);

const asRows = <T>({ add, end }: ParquetRows<T>): Rows<T> => ({ head: '', rows: add, end });

/** The format of an import. */
export async function sampleRows(format: RowFormat, forSpreadsheet = false): Promise<Rows<Sample>> {
  if (format === 'parquet') {
    const { sampleParquet } = await import('../parquet/rows.ts');
    return asRows(sampleParquet(ROWS_PER_GROUP));
  }
  const timeText = timeWriter(forSpreadsheet);
  if (format === 'csv')
    return rowsOf(
      'time,price,sentiment\n',
      ({ time, price = '', sentiment = '' }) => `${timeText(time)},${price},${sentiment}\n`,
    );
  return rowsOf('', ({ time, price, sentiment }) => {
    const priceField = price === undefined ? '' : `,"price":${price}`;
    const sentimentField = sentiment === undefined ? '' : `,"sentiment":${sentiment}`;
    return `{"time":"${timeText(time)}"${priceField}${sentimentField}}\n`;
  });
}

function objectRows<T>(
  format: RowTextFormat,
  columns: readonly string[],
  rowOf: (value: T) => object,
): Rows<T> {
  if (format === 'ndjson') return rowsOf('', (value) => `${JSON.stringify(rowOf(value))}\n`);
  // `join` writes null as an empty text.
  return rowsOf(`${columns.join()}\n`, (value) => `${Object.values(rowOf(value)).join()}\n`);
}

/** The columns of `GET /history`. */
export async function bucketRows(format: RowFormat, forSpreadsheet = false): Promise<Rows<HistoryBucket>> {
  if (format === 'parquet') {
    const { bucketParquet } = await import('../parquet/rows.ts');
    return asRows(bucketParquet(ROWS_PER_GROUP));
  }
  const timeText = timeWriter(forSpreadsheet);
  return objectRows(format, COLUMNS, (bucket) => historyRow(bucket, timeText(bucket.start)));
}

/** The columns of `GET /verdicts`. */
export async function verdictRows(format: RowFormat, forSpreadsheet = false): Promise<Rows<JudgedHour>> {
  if (format === 'parquet') {
    const { verdictParquet } = await import('../parquet/rows.ts');
    return asRows(verdictParquet(ROWS_PER_GROUP));
  }
  const timeText = timeWriter(forSpreadsheet);
  return objectRows(format, VERDICT_COLUMNS, (one) => verdictRow(one, timeText(one.start)));
}
