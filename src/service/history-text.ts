import type { HistoryBucket } from '../domain/bucket.ts';
import { COLUMNS, type Format, type HistoryRow, historyRow } from '../domain/history.ts';
import type { Span } from '../domain/time/bucket-span.ts';
import { createTimeWriter } from '../domain/time/time-writer.ts';

/** Writes numbers with `JSON.stringify`: template strings leave garbage that only a full collection of tens of milliseconds frees. */
interface HistoryWriter {
  readonly head: string;
  /** Must be called in the order of time. */
  rows(buckets: readonly HistoryBucket[]): string;
  readonly tail: string;
}

export function createWriter({ from, to, bucket }: Span, format: Format): HistoryWriter {
  const timeText = createTimeWriter();
  const toRows = (buckets: readonly HistoryBucket[]): HistoryRow[] =>
    buckets.map((one) => historyRow(one, timeText(one.start)));

  if (format === 'csv') {
    // RFC 4180. No value needs quotes.
    return {
      head: `${COLUMNS.join(',')}\r\n`,
      rows(buckets) {
        let text = '';
        for (const { time, ...values } of toRows(buckets)) {
          text += `${time},${JSON.stringify(Object.values(values)).slice(1, -1).replaceAll('null', '')}\r\n`;
        }
        return text;
      },
      tail: '',
    };
  }

  let separator = '';
  return {
    head: `{"from":"${timeText(from)}","to":"${timeText(to)}","bucket":"${bucket}","buckets":[`,
    rows(buckets) {
      if (buckets.length === 0) return '';
      const text = separator + JSON.stringify(toRows(buckets)).slice(1, -1);
      separator = ',';
      return text;
    },
    tail: ']}',
  };
}
