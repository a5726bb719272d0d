import { formatTime } from '../domain/time/time.ts';
import { MAX_BACK_OFF_MS, readRetryAfter } from '../outbound/retry-after.ts';
import { isWaiting } from '../stores/upstream-status.ts';
import { RefusalError } from './clients/refusal.ts';

export type RequestKind = 'quote' | 'candles';

/** A period in which an exchange gets no requests. A plain value, saved for restarts and shared by all processes. */
export interface BackOff {
  /** Epoch milliseconds. */
  readonly until: number;
  /** The last wait that the exchange did not set by `Retry-After`, in milliseconds; 0 before the first. The next one doubles it. */
  readonly length: number;
  /** The kind of request that was refused. The back-off is removed when one of this kind succeeds. */
  readonly asked: RequestKind;
  readonly reason: string;
}

/** By the exchange's name. A back-off stays here until a request succeeds, even after it has expired. */
export type BackOffs = Readonly<Record<string, BackOff>>;

const FIRST_MS = 60_000;

export function activeBackOff(backOffs: BackOffs, exchange: string, now: number): BackOff | undefined {
  const backOff = backOffs[exchange];
  return backOff && isWaiting(backOff.until, { now, longestMs: MAX_BACK_OFF_MS }) ? backOff : undefined;
}

/** Lasts an hour if access is forbidden; otherwise as long as `Retry-After` says, or twice as long each time. */
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

/** Only refusals cause a back-off: an exchange that is down, slow or wrong gets a request again at the next tick. */
export function backOffAfterFailure(
  backOffs: BackOffs,
  exchange: string,
  { asked, fault, now }: { asked: RequestKind; fault: unknown; now: number },
): BackOffs {
  if (!(fault instanceof RefusalError)) return backOffs;
  return { ...backOffs, [exchange]: backOffOf(fault, asked, backOffs[exchange], now) };
}

export function backOffAfterSuccess(backOffs: BackOffs, exchange: string, asked: RequestKind): BackOffs {
  if (backOffs[exchange]?.asked !== asked) return backOffs;
  const { [exchange]: over, ...others } = backOffs;
  return others;
}

/** One line that may be shown to users. */
export function describeBackOff({ reason, until }: Pick<BackOff, 'reason' | 'until'>): string {
  return `${reason}; next request after ${formatTime(until)}`;
}
