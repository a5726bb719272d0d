import { freshUntil, type SummaryWithFreshness, summarise } from '../../domain/summary.ts';
import { formatTime } from '../../domain/time/time.ts';
import { MomentError } from '../../domain/time/time-expression.ts';
import type { SampleStore } from '../../stores/sample-store.ts';
import { isClosedBy, parseParameter } from './query-range.ts';

/** Why there is no answer. */
interface Missing {
  readonly code: 'nothing_known' | 'before_first_sample' | 'samples_deleted';
  readonly reason: string;
}

/** The answer at a time, from the samples at or before it, or why there is none. */
export type PastAnswer = {
  /** Epoch milliseconds. */
  readonly time: number;
  /** Only an import or a deletion can change the answer, and the query means the same tomorrow. */
  readonly isClosed: boolean;
} & (
  | { readonly kept: SummaryWithFreshness; readonly missing?: undefined }
  | { readonly kept?: undefined; readonly missing: Missing }
);

/**
 * Reads the answer at a time, such as `2021-07-08T17:00:00Z` or `-7d`.
 *
 * @throws MomentError if the time is invalid or in the future; StoreError.
 */
export type ReadPastAnswer = (at: string) => Promise<PastAnswer>;

function missingAt(time: number, oldest: number | undefined): Missing {
  if (oldest === undefined) return { code: 'nothing_known', reason: 'the store holds no samples' };
  const reason = `there is no sample at or before ${formatTime(time)}: the first one is at ${formatTime(oldest)}`;
  return { code: 'before_first_sample', reason };
}

/** An answer covers a part of an hour, which averages of whole hours cannot give. */
function trimmedAt(rawSince: number): Missing {
  const reason = `the samples before ${formatTime(rawSince)} were deleted, and answers need those of three hours`;
  return { code: 'samples_deleted', reason };
}

export function createReadPastAnswer(options: {
  store: Pick<SampleStore, 'oldest' | 'rawSince' | 'threeHours'>;
  clock: () => number;
  staleAfterMs: number;
}): ReadPastAnswer {
  const { store, clock, staleAfterMs } = options;
  return async (at) => {
    const now = clock();
    const moment = parseParameter('at', at, now);
    const time = Math.floor(moment === 'oldest' ? ((await store.oldest()) ?? now) : moment);
    if (time > now) throw new MomentError(`at must not be in the future: the time is now ${formatTime(now)}`);
    const isClosed = isClosedBy(time, now, [at]);
    // At once, in one round trip. The store reads the hours first: if it trims in between, they count as trimmed.
    const [threeHours, rawSince] = await Promise.all([store.threeHours(time), store.rawSince()]);
    if (threeHours === undefined || (rawSince !== undefined && threeHours.hours[0].start < rawSince)) {
      const oldest = await store.oldest();
      const isTrimmed = rawSince !== undefined && oldest !== undefined && oldest <= time;
      return { time, missing: isTrimmed ? trimmedAt(rawSince) : missingAt(time, oldest), isClosed };
    }
    const summary = summarise(threeHours);
    const kept = { summary, freshUntil: freshUntil(summary, staleAfterMs) };
    return { time, kept, isClosed };
  };
}
