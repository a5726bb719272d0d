import type { Sample } from '../../../domain/sample.ts';
import { hourOf } from './rollups.ts';

/** How a change of many samples is cut into transactions, each of one turn of the event loop. */
export interface Batches {
  /** Samples of one transaction. */
  readonly size: number;
  /** Different hours of one transaction: each is made again as a whole, however few of its samples change. */
  readonly hours: number;
  /** What is between two transactions: the lock is free meanwhile. */
  pause(): Promise<void>;
}

/** Samples in their order, in batches. */
export function* inBatches(
  samples: readonly Sample[],
  { size, hours }: Batches,
): Generator<readonly Sample[]> {
  const met = new Set<number>();
  let start = 0;
  let latest: number | undefined;
  for (const [index, { time }] of samples.entries()) {
    const hour = hourOf(time);
    if (hour === latest && index - start < size) continue;
    const isFull = index - start >= size || (met.size === hours && !met.has(hour));
    if (isFull) {
      yield samples.slice(start, index);
      start = index;
      met.clear();
    }
    met.add(hour);
    latest = hour;
  }
  if (start < samples.length) yield samples.slice(start);
}
