import { CLOCK_TOLERANCE, formatTime, HOUR } from '../../../domain/time.ts';
import { MINUTE } from './exchange.ts';
import { RefusalError } from './refusal.ts';

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

/** No rest is longer, whatever a venue wishes or a stored value says. */
const LONGEST = HOUR;
const FIRST = MINUTE;

/** RFC 9110, section 5.6.7, the preferred form: others are not sent any more. */
const HTTP_DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/** RFC 9110, section 10.2.3: seconds, or a date. Milliseconds from `now` on, at least 0; `undefined` for anything else. */
export function readRetryAfter(text: string | undefined, now: number): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,12}$/.test(text)) return Number(text) * 1000;
  const date = HTTP_DATE.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isFinite(date) ? Math.max(0, date - now) : undefined;
}

/** The rest that a venue has at a time, if any. */
export function restAt(rests: Rests, venue: string, now: number): Rest | undefined {
  const rest = rests[venue];
  // One that is further away than the longest was made by another clock, or by nobody.
  const latest = now + LONGEST + CLOCK_TOLERANCE;
  return rest && rest.until > now && rest.until <= latest ? rest : undefined;
}

/** What a refusal asks for: refused by the rules an hour, too often as the venue says, else longer each time. */
function restOf(refusal: RefusalError, asked: Asked, before: Rest | undefined, now: number): Rest {
  const { message: reason } = refusal;
  const last = before?.length ?? 0;
  if (refusal.refusal === 'forbidden') return { until: now + LONGEST, length: last, asked, reason };
  const wished = readRetryAfter(refusal.retryAfter, now);
  if (wished !== undefined) return { until: now + Math.min(wished, LONGEST), length: last, asked, reason };
  const length = Math.min(Math.max(FIRST, last * 2), LONGEST);
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
