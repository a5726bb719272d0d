import { CLOCK_TOLERANCE, formatTime } from '../domain/time/time.ts';
import { LONGEST_REST, readRetryAfter } from '../outbound/retry-after.ts';
import { MINUTE } from './exchange.ts';
import { RefusalError } from './venues/refusal.ts';

/** What a venue is asked for. */
export type Asked = 'quote' | 'candles';

/** A time in which a venue is asked for nothing. A plain value, so that a fleet shares it and a restart knows it. */
export interface Rest {
  /** Epoch milliseconds. */
  readonly until: number;
  /** The last rest that the venue did not choose itself, in milliseconds: the next one doubles it. 0 before the first. */
  readonly length: number;
  /** What it was refused for: only when that succeeds the refusals are over. */
  readonly asked: Asked;
  readonly reason: string;
}

/** By the venue's name. Rests that are over stay in it until the venue answers. */
export type Rests = Readonly<Record<string, Rest>>;

const FIRST = MINUTE;

/** The rest that a venue has at a time, if any. */
export function restAt(rests: Rests, venue: string, now: number): Rest | undefined {
  const rest = rests[venue];
  // One that is further away than the longest was made by another clock, or by nobody.
  const latest = now + LONGEST_REST + CLOCK_TOLERANCE;
  return rest && rest.until > now && rest.until <= latest ? rest : undefined;
}

/** What a refusal asks for: refused by the rules an hour, too often as the venue says, else longer each time. */
function restOf(refusal: RefusalError, asked: Asked, before: Rest | undefined, now: number): Rest {
  const { message: reason } = refusal;
  const last = before?.length ?? 0;
  if (refusal.refusal === 'forbidden') return { until: now + LONGEST_REST, length: last, asked, reason };
  const wished = readRetryAfter(refusal.retryAfter ?? null, now);
  if (wished !== undefined) return { until: now + wished, length: last, asked, reason };
  const length = Math.min(Math.max(FIRST, last * 2), LONGEST_REST);
  return { until: now + length, length, asked, reason };
}

/**
 * The rests after a venue failed. Only a refusal makes one: whoever is down, slow or wrong is asked
 * again at the next tick.
 */
export function restAfterFault(
  rests: Rests,
  venue: string,
  asked: Asked,
  fault: unknown,
  now: number,
): Rests {
  if (!(fault instanceof RefusalError)) return rests;
  return { ...rests, [venue]: restOf(fault, asked, rests[venue], now) };
}

/** The rests after a venue answered well: what it had refused, it gives again. */
export function restAfterSuccess(rests: Rests, venue: string, asked: Asked): Rests {
  if (rests[venue]?.asked !== asked) return rests;
  const { [venue]: over, ...others } = rests;
  return others;
}

/** Why a resting venue is not asked, for readers. */
export function describeRest({ reason, until }: Rest): string {
  return `${reason}; asked again after ${formatTime(until)}`;
}
