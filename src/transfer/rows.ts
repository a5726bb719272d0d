import type { HistoryBucket } from '../domain/bucket.ts';
import { dateText } from '../domain/calendar.ts';
import type { Sample } from '../domain/sample.ts';
import { DAY } from '../domain/width.ts';

export const ROW_FORMATS = ['csv', 'ndjson'] as const;
export type RowFormat = (typeof ROW_FORMATS)[number];

/** What is taken out, as text; numbers are in their shortest form that reads back as the same number. */
export interface Rows<T> {
  readonly head: string;
  rows(values: readonly T[]): string;
}

const twoDigits = Array.from({ length: 60 }, (_, value) => String(value).padStart(2, '0'));

/** Writes RFC 3339, milliseconds only where they are not zero, remembering the day: rows that follow each other share it. */
function createTimeWriter(): (time: number) => string {
  let day = Number.NaN;
  let date = '';
  return (time) => {
    if (!(time - day >= 0 && time - day < DAY)) {
      day = Math.floor(time / DAY) * DAY;
      date = dateText(day);
    }
    const ofDay = time - day;
    const milliseconds = ofDay % 1000;
    const seconds = (ofDay - milliseconds) / 1000;
    const minutes = Math.floor(seconds / 60);
    const fraction = milliseconds === 0 ? '' : `.${String(milliseconds).padStart(3, '0')}`;
    return `${date}T${twoDigits[Math.floor(minutes / 60)]}:${twoDigits[minutes % 60]}:${twoDigits[seconds % 60]}${fraction}Z`;
  };
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
  const values = (bucket: HistoryBucket) => ({
    time: timeText(bucket.start),
    price: bucket.price ?? null,
    price_min: bucket.priceMin ?? null,
    price_max: bucket.priceMax ?? null,
    sentiment: bucket.sentiment ?? null,
    price_samples: bucket.priceSamples,
    sentiment_samples: bucket.sentimentSamples,
  });
  const csv = (bucket: HistoryBucket) =>
    `${Object.values(values(bucket))
      .map((value) => value ?? '')
      .join()}\n`;
  const json = (bucket: HistoryBucket) => `${JSON.stringify(values(bucket))}\n`;
  return format === 'csv'
    ? {
        head: 'time,price,price_min,price_max,sentiment,price_samples,sentiment_samples\n',
        rows: (buckets) => writeAll(buckets, csv),
      }
    : { head: '', rows: (buckets) => writeAll(buckets, json) };
}
