import { formatTime } from '../domain/time/time.ts';
import { MAX_BACK_OFF_MS, readRetryAfter } from '../outbound/retry-after.ts';
import { isWaiting } from '../stores/upstream-status.ts';
import { RefusalError } from './venues/refusal.ts';

export type RequestKind = 'quote' | 'candles';

/** A time in which a venue gets no requests. A plain value, saved for restarts and for the rest of a fleet. */
export interface BackOff {
  /** Epoch milliseconds. */
  readonly until: number;
  /** The last wait that the venue did not choose itself, which the next one doubles; 0 before the first. Milliseconds. */
  readonly length: number;
  /** The kind of request that was refused. The refusals are over once it succeeds. */
  readonly asked: RequestKind;
  readonly reason: string;
}

/** By the venue's name. A back-off stays here until a request succeeds, also when its time is over. */
export type BackOffs = Readonly<Record<string, BackOff>>;

const FIRST_MS = 60_000;

export function activeBackOff(backOffs: BackOffs, venue: string, now: number): BackOff | undefined {
  const backOff = backOffs[venue];
  return backOff && isWaiting(backOff.until, { now, longestMs: MAX_BACK_OFF_MS }) ? backOff : undefined;
}

/** An hour if access is forbidden; else what `Retry-After` says; else twice as long each time. */
function backOffOf(
  refusal: RefusalError,
  asked: RequestKind,
  before: BackOff | undefined,
  now: number,
): BackOff {
  const { message: reason } = refusal;
  const last = before?.length ?? 0;
  if (refusal.refusal === 'forbidden') return { until: now + MAX_BACK_OFF_MS, length: last, asked, reason };
  const retryAfter = readRetryAfter(refusal.retryAfter ?? null, now);
  if (retryAfter !== undefined) return { until: now + retryAfter, length: last, asked, reason };
  const length = Math.min(Math.max(FIRST_MS, last * 2), MAX_BACK_OFF_MS);
  return { until: now + length, length, asked, reason };
}

/** Only refusals back off: a venue that is down, slow or wrong gets a request at the next tick again. */
export function backOffAfterFailure(
  backOffs: BackOffs,
  venue: string,
  { asked, fault, now }: { asked: RequestKind; fault: unknown; now: number },
): BackOffs {
  if (!(fault instanceof RefusalError)) return backOffs;
  return { ...backOffs, [venue]: backOffOf(fault, asked, backOffs[venue], now) };
}

export function backOffAfterSuccess(backOffs: BackOffs, venue: string, asked: RequestKind): BackOffs {
  if (backOffs[venue]?.asked !== asked) return backOffs;
  const { [venue]: over, ...others } = backOffs;
  return others;
}

/** For readers. */
export function describeBackOff({ reason, until }: BackOff): string {
  return `${reason}; asked again after ${formatTime(until)}`;
}
