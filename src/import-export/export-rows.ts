import type { HistoryBucket } from '../domain/bucket.ts';
import { COLUMNS, historyRow } from '../domain/history.ts';
import { type JudgedHour, VERDICT_COLUMNS, verdictRow } from '../domain/past/verdict.ts';
import type { Sample } from '../domain/sample.ts';
import { createTimeWriter } from '../domain/time/time-writer.ts';

export type RowFormat = 'csv' | 'ndjson';

/** Exported text. Numbers are in the shortest form that reads back as the same number. */
export interface Rows<T> {
  readonly head: string;
  rows(values: readonly T[]): string;
}

function rowsOf<T>(head: string, row: (value: T) => string): Rows<T> {
  return {
    head,
    // Joins thousands of short texts without a list of them.
    rows(values) {
      let text = '';
      for (const value of values) text += row(value);
      return text;
    },
  };
}

/** The format of an import. */
export function sampleRows(format: RowFormat): Rows<Sample> {
  const timeText = createTimeWriter();
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

function objectRows<T>(format: RowFormat, columns: readonly string[], rowOf: (value: T) => object): Rows<T> {
  if (format === 'ndjson') return rowsOf('', (value) => `${JSON.stringify(rowOf(value))}\n`);
  // `join` writes null as an empty text.
  return rowsOf(`${columns.join()}\n`, (value) => `${Object.values(rowOf(value)).join()}\n`);
}

/** The columns of `GET /history`. */
export function bucketRows(format: RowFormat): Rows<HistoryBucket> {
  const timeText = createTimeWriter();
  return objectRows(format, COLUMNS, (bucket) => historyRow(bucket, timeText(bucket.start)));
}

/** The columns of `GET /verdicts`. */
export function verdictRows(format: RowFormat): Rows<JudgedHour> {
  const timeText = createTimeWriter();
  return objectRows(format, VERDICT_COLUMNS, (one) => verdictRow(one, timeText(one.hour.start)));
}
