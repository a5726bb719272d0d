import type { HistoryBucket } from '../../domain/bucket.ts';
import { COLUMNS, type HistoryRow, historyRow, type TextFormat } from '../../domain/history.ts';
import type { Span } from '../../domain/time/bucket-span.ts';
import { createTimeWriter } from '../../domain/time/time-writer.ts';
import { createRowWriter, type RowWriter } from './row-text.ts';

export function createTextWriter({ from, to, bucket }: Span, format: TextFormat): RowWriter<HistoryBucket> {
  const timeText = createTimeWriter();
  const head = `{"from":"${timeText(from)}","to":"${timeText(to)}","bucket":"${bucket}","buckets":`;
  const writer = createRowWriter<HistoryRow>(format, COLUMNS, { head, tail: '}' });
  return {
    ...writer,
    rows: (buckets) => writer.rows(buckets.map((one) => historyRow(one, timeText(one.start)))),
  };
}
