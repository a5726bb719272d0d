import { MINUTE } from '../domain/time/bucket-width.ts';
import type { Quote } from './exchange.ts';

/** The last activity of an exchange that gives no times, and when it was first seen. A plain value. */
export interface Activity {
  readonly seen: string;
  /** Epoch milliseconds. */
  readonly since: number;
}

/** By the exchange's name. */
export type Activities = Readonly<Record<string, Activity>>;

const QUIET_MS = 5 * MINUTE;

export function activityAfter(before: Activity | undefined, quote: Quote, now: number): Activity | undefined {
  if (quote.activity === undefined) return undefined;
  const isSame = before?.seen === quote.activity && before.since <= now;
  return isSame ? before : { seen: quote.activity, since: now };
}

/** Bitcoins change hands each second: after five minutes without a trade, a price is old. */
export function isQuiet(activity: Activity | undefined, now: number): boolean {
  return activity !== undefined && now - activity.since >= QUIET_MS;
}
