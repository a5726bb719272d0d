import type { HistoryBucket } from '../domain/bucket.ts';
import { COLUMNS, type Format, type HistoryRow, historyRow } from '../domain/history.ts';
import type { Span } from '../domain/time/bucket-span.ts';
import { createTimeWriter } from '../domain/time/time-writer.ts';

/**
 * A history's text: what stands before its rows, the rows, and what stands after them. Numbers are written by
 * `JSON.stringify`: a template keeps each number's text where only a full collection of garbage finds it, and that one
 * holds the event loop for tens of milliseconds.
 */
interface Writer {
  readonly head: string;
  /** Rows in the order of their starts. */
  rows(buckets: readonly HistoryBucket[]): string;
  readonly tail: string;
}

const toRows = (buckets: readonly HistoryBucket[], timeText: (time: number) => string): HistoryRow[] =>
  buckets.map((bucket) => historyRow(bucket, timeText(bucket.start)));

function writeJson({ from, to, bucket }: Span): Writer {
  const timeText = createTimeWriter();
  let separator = '';
  return {
    head: `{"from":"${timeText(from)}","to":"${timeText(to)}","bucket":"${bucket}","buckets":[`,
    rows(buckets) {
      if (buckets.length === 0) return '';
      const text = separator + JSON.stringify(toRows(buckets, timeText)).slice(1, -1);
      separator = ',';
      return text;
    },
    tail: ']}',
  };
}

/** RFC 4180. Nothing in it has to be quoted. */
function writeCsv(): Writer {
  const timeText = createTimeWriter();
  return {
    head: `${COLUMNS.join(',')}\r\n`,
    rows(buckets) {
      let text = '';
      for (const { time, ...values } of toRows(buckets, timeText)) {
        text += `${time},${JSON.stringify(Object.values(values)).slice(1, -1).replaceAll('null', '')}\r\n`;
      }
      return text;
    },
    tail: '',
  };
}

export function createWriter(span: Span, format: Format): Writer {
  return format === 'csv' ? writeCsv() : writeJson(span);
}
