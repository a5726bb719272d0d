import { DAY } from '../../domain/time/bucket-width.ts';
import type { Range } from '../../domain/time/range.ts';
import { HOUR } from '../../domain/time/time.ts';
import { isAbsolute, type Moment, MomentError, parseMoment } from '../../domain/time/time-expression.ts';
import type { SampleStore } from '../../stores/sample-store.ts';

export interface RangeQuery {
  readonly from: string;
  readonly to: string;
}

/** Backfill adds samples up to a day late. */
const SETTLED_AFTER_MS = DAY;

/** Whether only an import or a deletion can change the result: it ends long ago, and the texts name absolute times. */
export const isClosedBy = (end: number, now: number, texts: readonly string[]): boolean =>
  texts.every(isAbsolute) && end <= now - SETTLED_AFTER_MS;

/** Parses the time in a parameter. @throws MomentError. */
export function parseParameter(name: string, text: string, now: number): Moment {
  try {
    return parseMoment(text, now);
  } catch (error) {
    throw error instanceof MomentError ? new MomentError(`${name} ${error.message}`) : error;
  }
}

export type ReadOldest = () => Promise<number | undefined>;

/** Reads the time of the oldest sample at most once, however often a plan needs it. */
export function oldestOnce(store: Pick<SampleStore, 'oldest'>): ReadOldest {
  let oldest: Promise<number | undefined> | undefined;
  return () => {
    oldest ??= store.oldest();
    return oldest;
  };
}

/**
 * Works out the range that a query means.
 *
 * @throws MomentError if a time is invalid, or `from` is not before `to`; StoreError if the query needs the oldest sample and
 *   the store fails.
 */
export async function rangeOf({ from, to }: RangeQuery, now: number, readOldest: ReadOldest): Promise<Range> {
  const first = parseParameter('from', from, now);
  const last = parseParameter('to', to, now);
  const oldest = first === 'oldest' || last === 'oldest' ? await readOldest() : undefined;
  const end = last === 'oldest' ? (oldest ?? now) : last;
  // Without samples before the end, the range is the empty millisecond before it.
  const begin = first === 'oldest' ? Math.min(oldest ?? end, end - 1) : first;
  if (begin >= end) throw new MomentError('from must be before to');
  return { from: begin, to: end };
}

/** Like `isClosedBy`, for a range of whole hours that are read one by one. */
export async function areHoursClosed(
  { from, to }: Range,
  now: number,
  query: RangeQuery,
  readOldest: ReadOldest,
): Promise<boolean> {
  // An hour more, since backfill of the oldest samples takes a while.
  if (from >= to || !isClosedBy(to + HOUR, now, [query.from, query.to])) return false;
  // The hours before the first sample may be filled by a history that is still being fetched, newest first.
  const oldest = await readOldest();
  return oldest !== undefined && oldest < from + HOUR;
}
