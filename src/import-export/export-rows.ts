import type { HistoryBucket } from '../domain/bucket.ts';
import { COLUMNS, historyRow } from '../domain/history.ts';
import type { Sample } from '../domain/sample.ts';
import { createTimeWriter } from '../domain/time/time-writer.ts';

export const ROW_FORMATS = ['csv', 'ndjson'] as const;
export type RowFormat = (typeof ROW_FORMATS)[number];

/** What is taken out, as text; numbers are in their shortest form that reads back as the same number. */
export interface Rows<T> {
  readonly head: string;
  rows(values: readonly T[]): string;
}

/** One row after the other: thousands of short texts are joined at once, and no list of them is made. */
function writeAll<T>(values: readonly T[], row: (value: T) => string): string {
  let text = '';
  for (const value of values) text += row(value);
  return text;
}

/** As an import takes them. */
export function sampleRows(format: RowFormat): Rows<Sample> {
  const timeText = createTimeWriter();
  const csv = ({ time, price, sentiment }: Sample) => `${timeText(time)},${price ?? ''},${sentiment ?? ''}\n`;
  const json = ({ time, price, sentiment }: Sample) =>
    `{"time":"${timeText(time)}"${price === undefined ? '' : `,"price":${price}`}${sentiment === undefined ? '' : `,"sentiment":${sentiment}`}}\n`;
  return format === 'csv'
    ? { head: 'time,price,sentiment\n', rows: (samples) => writeAll(samples, csv) }
    : { head: '', rows: (samples) => writeAll(samples, json) };
}

/** With the names of the history. */
export function bucketRows(format: RowFormat): Rows<HistoryBucket> {
  const timeText = createTimeWriter();
  const values = (bucket: HistoryBucket) => historyRow(bucket, timeText(bucket.start));
  const csv = (bucket: HistoryBucket) =>
    `${Object.values(values(bucket))
      .map((value) => value ?? '')
      .join()}\n`;
  const json = (bucket: HistoryBucket) => `${JSON.stringify(values(bucket))}\n`;
  return format === 'csv'
    ? {
        head: `${COLUMNS.join()}\n`,
        rows: (buckets) => writeAll(buckets, csv),
      }
    : { head: '', rows: (buckets) => writeAll(buckets, json) };
}
