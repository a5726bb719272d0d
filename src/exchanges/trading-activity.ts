import { MINUTE, type Quote } from './exchange.ts';

/** What was last seen of a venue that tells no time, and since when. A plain value. */
export interface Activity {
  readonly seen: string;
  /** Epoch milliseconds. */
  readonly since: number;
}

/** By the venue's name. */
export type Activities = Readonly<Record<string, Activity>>;

const STILL = 5 * MINUTE;

/** What is known after a quote: the same as before goes back to when it was first seen. */
export function activityAfter(before: Activity | undefined, quote: Quote, now: number): Activity | undefined {
  if (quote.activity === undefined) return undefined;
  const isSame = before?.seen === quote.activity && before.since <= now;
  return isSame ? before : { seen: quote.activity, since: now };
}

/** Without a trade for five minutes, where bitcoins change hands each second, a price is an old one. */
export function isStill(activity: Activity | undefined, now: number): boolean {
  return activity !== undefined && now - activity.since >= STILL;
}
