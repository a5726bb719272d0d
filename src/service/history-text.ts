import type { HistoryBucket } from '../domain/bucket.ts';
import { dateText } from '../domain/calendar.ts';
import { COLUMNS, type Format } from '../domain/history.ts';
import type { Span } from '../domain/span.ts';
import { DAY } from '../domain/width.ts';

/** A history's text: what stands before its rows, the rows, and what stands after them. */
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

/** By template: `JSON.stringify` of as many objects takes three times as long. */
function writeJson({ from, to, bucket }: Span): Writer {
  const timeText = createTimeWriter();
  let separator = '';
  return {
    head: `{"from":"${timeText(from)}","to":"${timeText(to)}","bucket":"${bucket}","buckets":[`,
    rows(buckets) {
      let text = '';
      for (const { start, price, priceMin, priceMax, sentiment, priceSamples, sentimentSamples } of buckets) {
        text += `${separator}{"time":"${timeText(start)}","price":${price ?? null},"price_min":${priceMin ?? null},"price_max":${priceMax ?? null},"sentiment":${sentiment ?? null},"price_samples":${priceSamples},"sentiment_samples":${sentimentSamples}}`;
        separator = ',';
      }
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
      for (const { start, price, priceMin, priceMax, sentiment, priceSamples, sentimentSamples } of buckets) {
        text += `${timeText(start)},${price ?? ''},${priceMin ?? ''},${priceMax ?? ''},${sentiment ?? ''},${priceSamples},${sentimentSamples}\r\n`;
      }
      return text;
    },
    tail: '',
  };
}

export function createWriter(span: Span, format: Format): Writer {
  return format === 'csv' ? writeCsv() : writeJson(span);
}
