import type { Sample } from '../../../domain/sample.ts';
import { hourOf } from './rollups.ts';

/** How a change of many samples is divided into transactions, each in one turn of the event loop. */
export interface Batches {
  /** The maximum of samples per transaction. */
  readonly size: number;
  /** The maximum of different hours per transaction. Each is recomputed whole, however few of its samples change. */
  readonly hours: number;
  /** Waits between two transactions, while the lock is free. */
  pause(): Promise<void>;
}

/** Divides samples into batches, in their order. */
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
  if (start < samples.length) yield start === 0 ? samples : samples.slice(start);
}
