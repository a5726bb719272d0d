import type { HistoryBucket } from '../domain/bucket.ts';
import type { HourColumns } from '../domain/past/hour-columns.ts';
import type { Newest, Sample } from '../domain/sample.ts';
import type { ThreeHours } from '../domain/summary.ts';
import type { Width } from '../domain/time/bucket-width.ts';
import type { Range } from '../domain/time/range.ts';

export interface Appended {
  /** Samples with a new value, compared with the store and with earlier samples of the same call. */
  readonly added: number;
  /** All others. */
  readonly duplicates: number;
}

/** How far ahead a hold may reach. */
export const MAX_HOLD_MS = 600_000;

/**
 * Stores samples. The first write wins, for price and sentiment separately. Every method rejects with a StoreError
 * if the store cannot do it, within a bounded time.
 */
export interface SampleStore extends AsyncDisposable {
  /**
   * Stores the new values, in the order of the samples, with exact counts under any number of writers. If it rejects, a
   * part may be stored, and repeating the call is safe. Ends early with `signal`.
   *
   * Samples of trimmed hours (before `rawSince`, with averages that cover more samples than are stored) count as duplicates.
   */
  append(samples: readonly Sample[], signal: AbortSignal): Promise<Appended>;
  /** The newest values at or before `latest` (epoch milliseconds). */
  newest(latest: number): Promise<Newest>;
  /**
   * The three hours up to the hour of the newest sample at or before `latest`, from raw samples that are not later;
   * `undefined` if there is no sample.
   */
  threeHours(latest: number): Promise<ThreeHours | undefined>;
  /** All samples of a range, oldest first. Each slice takes a few milliseconds, and is read at one moment. */
  range(range: Range): AsyncIterable<readonly Sample[]>;
  /**
   * The time of the oldest sample, in epoch milliseconds, or the start of the oldest hour whose samples were trimmed;
   * `undefined` if there is neither.
   */
  oldest(): Promise<number | undefined>;
  /**
   * A midnight in UTC, in epoch milliseconds: samples before it were trimmed, and only averages of hours and days are left
   * of them, which are final. `undefined` if nothing was trimmed.
   */
  rawSince(): Promise<number | undefined>;
  /**
   * The buckets with samples in a range of whole buckets (see `widen`), oldest first, in slices of a few milliseconds of
   * work. Each equals the average over the raw samples within a relative error of 1e-9, even if it is read from rollups.
   */
  buckets(range: Range, width: Width): AsyncIterable<readonly HistoryBucket[]>;
  /**
   * The hours of a range of whole hours, oldest first, in pieces of consecutive hours. They are averaged like `buckets`, and
   * the prices at the ends of an hour are exact. Hours without samples may be left out between pieces.
   */
  hours(range: Range): AsyncIterable<HourColumns>;
  /**
   * Removes all samples of a range, in slices, and the averages of whole trimmed hours in it. If it rejects or `signal` ends
   * it, a part may be removed, and repeating the call is safe.
   *
   * @returns how many samples were removed.
   */
  remove(range: Range, signal: AbortSignal): Promise<number>;
  /**
   * Recomputes rollups if another writer changed samples, or if they were never built; in slices, the newest first.
   *
   * @returns whether any rollup changed.
   */
  repair(signal: AbortSignal): Promise<boolean>;
  /**
   * Deletes the samples before a midnight in UTC (epoch milliseconds), in steps of a few milliseconds with pauses. Their hours
   * and days keep their averages, to the last digit. Several processes may trim at once, and stop at any time.
   *
   * @param now epoch milliseconds, for `holdTrim`.
   * @returns how many rows (SQLite) or values (Redis) were deleted.
   */
  trim(before: number, now: number, signal: AbortSignal): Promise<number>;
  /**
   * Keeps all processes from trimming until a time (epoch milliseconds), while samples are imported or copied. The latest time
   * of all calls holds, but none that is more than `MAX_HOLD_MS` ahead of the clock that trims: the other clock is wrong.
   */
  holdTrim(until: number): Promise<void>;
  /**
   * A text that changes whenever samples or their averages have changed, also by other processes. What another program changes
   * on Redis may be noticed a second later, or, if it replaces a sample, when the rollups are repaired.
   */
  version(): Promise<string>;
  /** Resolves if the store can be read now. */
  check(): Promise<void>;
}
