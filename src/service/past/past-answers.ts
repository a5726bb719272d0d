import { freshUntil, type KeptSummary, summarise } from '../../domain/summary.ts';
import { formatTime } from '../../domain/time/time.ts';
import { MomentError } from '../../domain/time/time-expression.ts';
import type { SampleStore } from '../../stores/sample-store.ts';
import { isClosedBy, parseParameter } from './query-range.ts';

/** The answer at a time, from the samples at or before it. */
export interface PastAnswer {
  /** Epoch milliseconds. */
  readonly time: number;
  /** Absent if there is no sample at or before the time. */
  readonly kept?: KeptSummary;
  /** Why there is no answer: there is no sample before the time, or none at all. */
  readonly missing?: { readonly reason: string; readonly isEmpty: boolean };
  /** Only an import or a deletion can change the answer, and the query means the same tomorrow. */
  readonly isClosed: boolean;
}

/**
 * Reads the answer at a time, such as `2021-07-08T17:00:00Z` or `-7d`.
 *
 * @throws MomentError if the time is invalid or in the future; StoreError.
 */
export type ReadPastAnswer = (at: string) => Promise<PastAnswer>;

function missingAt(time: number, oldest: number | undefined): NonNullable<PastAnswer['missing']> {
  if (oldest === undefined) return { reason: 'the store holds no samples', isEmpty: true };
  const reason = `there is no sample at or before ${formatTime(time)}: the first one is of ${formatTime(oldest)}`;
  return { reason, isEmpty: false };
}

/** An answer covers a part of an hour, which averages of whole hours cannot give. */
function trimmedAt(rawSince: number): NonNullable<PastAnswer['missing']> {
  const reason = `the samples before ${formatTime(rawSince)} were deleted, and answers need those of three hours`;
  return { reason, isEmpty: false };
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
    if (time > now) throw new MomentError(`at must not be in the future: it is ${formatTime(now)}`);
    const isClosed = isClosedBy(time, now, [at]);
    const threeHours = await store.threeHours(time);
    const rawSince = await store.rawSince();
    if (rawSince !== undefined && (!threeHours || threeHours.hours[0].start < rawSince))
      return { time, missing: trimmedAt(rawSince), isClosed };
    if (!threeHours) return { time, missing: missingAt(time, await store.oldest()), isClosed };
    const summary = summarise(threeHours);
    const kept = { summary, freshUntil: freshUntil(summary, staleAfterMs) };
    return { time, kept, isClosed };
  };
}
