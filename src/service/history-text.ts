import type { HistoryBucket } from '../domain/bucket.ts';
import { dateText } from '../domain/calendar.ts';
import { COLUMNS, type Format, type HistoryRow } from '../domain/history.ts';
import type { Span } from '../domain/span.ts';
import { DAY } from '../domain/width.ts';

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

const twoDigits = Array.from({ length: 60 }, (_, value) => String(value).padStart(2, '0'));

/** Writes times of whole seconds in RFC 3339, remembering the day: of fine buckets many are of the same. */
function createTimeWriter(): (time: number) => string {
  let day = Number.NaN;
  let date = '';
  return (time) => {
    const ofDay = time - day;
    if (!(ofDay >= 0 && ofDay < DAY)) {
      day = Math.floor(time / DAY) * DAY;
      date = dateText(day);
    }
    const seconds = (time - day) / 1000;
    const minutes = Math.floor(seconds / 60);
    return `${date}T${twoDigits[Math.floor(minutes / 60)]}:${twoDigits[minutes % 60]}:${twoDigits[seconds % 60]}Z`;
  };
}

/** How buckets are written, their times by a writer of their own: in the order of the columns. */
function createRows() {
  const timeText = createTimeWriter();
  return (bucket: HistoryBucket): HistoryRow => ({
    time: timeText(bucket.start),
    price: bucket.price ?? null,
    price_min: bucket.priceMin ?? null,
    price_max: bucket.priceMax ?? null,
    sentiment: bucket.sentiment ?? null,
    price_samples: bucket.priceSamples,
    sentiment_samples: bucket.sentimentSamples,
  });
}

function writeJson({ from, to, bucket }: Span): Writer {
  const timeText = createTimeWriter();
  const toRow = createRows();
  let separator = '';
  return {
    head: `{"from":"${timeText(from)}","to":"${timeText(to)}","bucket":"${bucket}","buckets":[`,
    rows(buckets) {
      if (buckets.length === 0) return '';
      const text = separator + JSON.stringify(buckets.map(toRow)).slice(1, -1);
      separator = ',';
      return text;
    },
    tail: ']}',
  };
}

/** RFC 4180. Nothing in it has to be quoted. */
function writeCsv(): Writer {
  const toRow = createRows();
  return {
    head: `${COLUMNS.join(',')}\r\n`,
    rows(buckets) {
      let text = '';
      for (const { time, ...values } of buckets.map(toRow)) {
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
