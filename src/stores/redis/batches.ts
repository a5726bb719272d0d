import type { Sample } from '../../domain/sample.ts';

/** Bounds on how long one call of the script holds Redis' only thread: what it adds, and what it may have to read. */
const MOST_SAMPLES = 500;
const LONGEST_SPAN = 86_400_000;

/**
 * The script's argument for all samples, a batch at a time: time, price and sentiment of each,
 * ascending. The sort is stable, so that of two samples of one time the earlier one stays first.
 */
export function* toBatches(samples: readonly Sample[]): Generator<string> {
  const sorted = samples.toSorted((one, other) => one.time - other.time);
  for (let start = 0, end = 0; start < sorted.length; start = end) {
    const limit = (sorted[start]?.time ?? 0) + LONGEST_SPAN;
    const batch: (number | string)[] = [];
    for (; end < sorted.length && end - start < MOST_SAMPLES; end += 1) {
      const { time, price = '', sentiment = '' } = sorted[end] as Sample;
      if (time >= limit) break;
      batch.push(time, String(price), String(sentiment));
    }
    yield JSON.stringify(batch);
  }
}
