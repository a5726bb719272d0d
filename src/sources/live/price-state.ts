import type { Activities } from './exchanges/activity.ts';
import type { Rests } from './exchanges/rests.ts';
import type { Standings } from './exchanges/standing.ts';
import type { Told } from './fill.ts';

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
