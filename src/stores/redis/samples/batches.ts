import type { Sample } from '../../../domain/sample.ts';
import { bucketStart, DAY } from '../../../domain/time/bucket-width.ts';
import { HOUR } from '../../../domain/time/time.ts';

/** Limits how long one call of the script blocks Redis' only thread. More than four hours of samples. */
const MAX_SAMPLES = 500;

/** The samples of one call of the script, all of one day. */
export interface Batch {
  /** The time of its first sample. */
  readonly time: number;
  /** Time, price and sentiment of each, ascending, in JSON. */
  readonly text: string;
  /** Whether no other follows. */
  readonly isLast: boolean;
}

const hourOf = (sample: Sample | undefined): number => Math.floor((sample?.time ?? 0) / HOUR);

/** Ends a full batch with an hour if possible, so that the next batch does not recompute the same hour. */
function cut(sorted: readonly Sample[], start: number, end: number): number {
  for (let at = end; at > start; at -= 1) if (hourOf(sorted[at]) !== hourOf(sorted[at - 1])) return at;
  return end;
}

/** Divides samples into batches. The sort is stable, so that of two samples at one time the earlier one stays first. */
export function* toBatches(samples: readonly Sample[]): Generator<Batch> {
  const sorted = samples.toSorted((one, other) => one.time - other.time);
  for (let start = 0, end = 0; start < sorted.length; start = end) {
    const { time } = sorted[start] as Sample;
    const tomorrow = bucketStart(time, DAY) + DAY;
    while (end < sorted.length && end - start < MAX_SAMPLES && (sorted[end] as Sample).time < tomorrow)
      end += 1;
    if (end - start === MAX_SAMPLES && end < sorted.length) end = cut(sorted, start, end);
    const words: (number | string)[] = [];
    for (let at = start; at < end; at += 1) {
      const { time, price = '', sentiment = '' } = sorted[at] as Sample;
      words.push(time, String(price), String(sentiment));
    }
    yield { time, text: JSON.stringify(words), isLast: end === sorted.length };
  }
}
