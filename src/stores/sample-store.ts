import type { HistoryBucket } from '../domain/bucket.ts';
import type { Newest, Sample } from '../domain/sample.ts';
import type { ThreeHours } from '../domain/summary.ts';
import type { Width } from '../domain/time/bucket-width.ts';
import type { Range } from '../domain/time/range.ts';

export interface Appended {
  /** Samples that brought a value not kept before them, earlier ones of the same call included. */
  readonly added: number;
  /** All others. */
  readonly duplicates: number;
}

/**
 * Stores samples. The first write wins, for price and sentiment separately. Every method rejects with a StoreError
 * if the store cannot do it, within a bounded time.
 */
export interface SampleStore extends AsyncDisposable {
  /**
   * Keeps what is new of the samples, in their order, with exact counts under any number of
   * writers. When it rejects, a part may be kept: repeating it is safe. Ends early with `signal`.
   */
  append(samples: readonly Sample[], signal: AbortSignal): Promise<Appended>;
  /** The newest values at or before `latest` (epoch milliseconds). */
  newest(latest: number): Promise<Newest>;
  /**
   * The three hours that end with the hour of the newest sample at or before `latest`, from raw
   * samples no later than it; `undefined` when there is none.
   */
  threeHours(latest: number): Promise<ThreeHours | undefined>;
  /** All samples of a range, oldest first, in slices: each is a few milliseconds of work, and one moment's. */
  range(range: Range): AsyncIterable<readonly Sample[]>;
  /** The time of the oldest sample, in epoch milliseconds; `undefined` where none is kept. */
  oldest(): Promise<number | undefined>;
  /**
   * The buckets of a range of whole buckets (see `widen`) that hold samples, oldest first, in slices of a few
   * milliseconds of work. Each equals the average over the raw samples within 1e-9, relative, whatever it was read from.
   */
  buckets(range: Range, width: Width): AsyncIterable<readonly HistoryBucket[]>;
  /**
   * Removes all samples of a range, in slices: when it rejects or is ended by `signal`, a part may be removed, and
   * repeating it is safe.
   *
   * @returns how many samples were removed.
   */
  remove(range: Range, signal: AbortSignal): Promise<number>;
  /**
   * Repairs the averages that are derived from samples, where another writer changed samples or the averages were never
   * built; in slices, the newest first.
   *
   * @returns whether anything had to be repaired.
   */
  repair(signal: AbortSignal): Promise<boolean>;
  /** Resolves when the store can be read now. */
  check(): Promise<void>;
}
