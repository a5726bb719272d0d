import type { Rests } from './back-off.ts';
import type { Standings } from './exchange-status.ts';
import type { Activities } from './trading-activity.ts';

/**
 * What venues told of minutes that still have no price: by the minute's start, then by the venue's
 * name; `null` where it had no trades. A plain value. Who told is not asked again.
 */
export type Told = Readonly<Record<string, Readonly<Record<string, number | null>>>>;

/**
 * All that is remembered between two passes: plain values, fit for JSON, for a fleet that shares
 * them and for a restart. Losing it costs a question too many, and no more.
 */
export interface PriceState {
  readonly rests: Rests;
  readonly activities: Activities;
  readonly standings: Standings;
  readonly told: Told;
}

export const NOTHING_REMEMBERED: PriceState = { rests: {}, activities: {}, standings: {}, told: {} };
