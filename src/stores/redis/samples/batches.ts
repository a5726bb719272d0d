import type { Sample } from '../../../domain/sample.ts';
import { DAY } from '../../../domain/time/bucket-width.ts';
import { HOUR } from '../../../domain/time/time.ts';

/** A bound on how long one call of the script holds Redis' only thread: four hours, and some more. */
const MOST_SAMPLES = 500;

/** What the script gets: samples of one day. */
export interface Batch {
  /** The time of its first sample. */
  readonly time: number;
  /** Time, price and sentiment of each, ascending, in JSON. */
  readonly text: string;
}

const hourOf = (sample: Sample | undefined): number => Math.floor((sample?.time ?? 0) / HOUR);

/** Where a batch ends that is as long as it may be: with an hour, where it can, so that the next one does not make that hour anew. */
function cut(sorted: readonly Sample[], start: number, end: number): number {
  for (let at = end; at > start; at -= 1) if (hourOf(sorted[at]) !== hourOf(sorted[at - 1])) return at;
  return end;
}

/** All samples, a batch at a time. The sort is stable, so that of two samples of one time the earlier one stays first. */
export function* toBatches(samples: readonly Sample[]): Generator<Batch> {
  const sorted = samples.toSorted((one, other) => one.time - other.time);
  for (let start = 0, end = 0; start < sorted.length; start = end) {
    const { time } = sorted[start] as Sample;
    const tomorrow = Math.floor(time / DAY) * DAY + DAY;
    while (end < sorted.length && end - start < MOST_SAMPLES && (sorted[end] as Sample).time < tomorrow)
      end += 1;
    if (end - start === MOST_SAMPLES && end < sorted.length) end = cut(sorted, start, end);
    const words: (number | string)[] = [];
    for (let at = start; at < end; at += 1) {
      const { time, price = '', sentiment = '' } = sorted[at] as Sample;
      words.push(time, String(price), String(sentiment));
    }
    yield { time, text: JSON.stringify(words) };
  }
}
