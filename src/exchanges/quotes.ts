import { type Rests, restAfterFault, restAfterSuccess, restAt } from './back-off.ts';
import type { Exchange } from './exchange.ts';
import { type Outcome, type Standing, standingAfter } from './exchange-status.ts';
import { type Agreement, agree, isFresh, type PricePoint } from './price-agreement.ts';
import type { PriceState } from './price-state.ts';
import { type Activities, activityAfter, isStill } from './trading-activity.ts';

export interface QuoteRequest {
  readonly exchanges: readonly Exchange[];
  /** The clock, in epoch milliseconds. */
  readonly now: number;
  readonly state: PriceState;
  readonly signal: AbortSignal;
}

export interface Heard {
  readonly name: string;
  readonly outcome: Outcome;
}

export interface HeardQuotes {
  /** Of each venue, asked or resting. */
  readonly heard: readonly Heard[];
  /** With the rests and the activities that came of it. */
  readonly state: PriceState;
}

export interface JudgedQuotes {
  readonly agreement: Agreement;
  /** In one line why there is no price, venue by venue; absent where there is one. */
  readonly absence?: string;
  /** With the standings that came of it. */
  readonly state: PriceState;
}

async function ask(exchange: Exchange, { now, state, signal }: QuoteRequest): Promise<Outcome> {
  if (restAt(state.rests, exchange.name, now)) return { type: 'resting' };
  const began = performance.now();
  const latency = () => Math.round(performance.now() - began);
  try {
    const quote = await exchange.quote(signal);
    return { type: 'quoted', quote, latency: latency() };
  } catch (fault) {
    signal.throwIfAborted();
    return { type: 'failed', fault, latency: latency() };
  }
}

function restsAfter(before: Rests, { name, outcome }: Heard, now: number): Rests {
  if (outcome.type === 'quoted') return restAfterSuccess(before, name, 'quote');
  return outcome.type === 'failed' ? restAfterFault(before, name, 'quote', outcome.fault, now) : before;
}

function activitiesAfter(before: Activities, { name, outcome }: Heard, now: number): Activities {
  if (outcome.type !== 'quoted') return before;
  const activity = activityAfter(before[name], outcome.quote, now);
  return activity ? { ...before, [name]: activity } : before;
}

/**
 * Asks all venues that do not rest at once, each by its own deadline.
 *
 * @throws the signal's reason, and nothing else: what goes wrong at a venue is an outcome.
 */
export async function hearQuotes(request: QuoteRequest): Promise<HeardQuotes> {
  const { exchanges, now, state } = request;
  const heard = await Promise.all(
    exchanges.map(async (exchange) => ({ name: exchange.name, outcome: await ask(exchange, request) })),
  );
  const rests = heard.reduce((before, one) => restsAfter(before, one, now), state.rests);
  const activities = heard.reduce((before, one) => activitiesAfter(before, one, now), state.activities);
  return { heard, state: { ...state, rests, activities } };
}

function describeAbsence(standings: readonly Standing[]): string {
  return standings.map(({ name, reason = 'not used' }) => `${name}: ${reason}`).join('; ');
}

/**
 * Agrees on what was heard, and says how each venue stands.
 *
 * @param kept the newest price kept, filled ones included.
 */
export function judgeQuotes(
  { heard, state }: HeardQuotes,
  now: number,
  kept: PricePoint | undefined,
): JudgedQuotes {
  const quoted = heard.flatMap(({ name, outcome }) =>
    outcome.type === 'quoted' ? [{ venue: name, ...outcome.quote }] : [],
  );
  const still = quoted.filter(({ venue }) => isStill(state.activities[venue], now));
  const moving = quoted.filter((one) => !still.includes(one));
  const { unused, ...agreed } = agree(moving, now, kept);
  const reasons = Object.fromEntries(still.map(({ venue }) => [venue, 'no trade for five minutes']));
  const agreement = { ...agreed, unused: { ...unused, ...reasons } };

  const standings = heard.map(({ name, outcome }) =>
    standingAfter(state.standings[name], {
      name,
      outcome,
      rest: restAt(state.rests, name, now),
      isFresh: moving.some(({ venue, time }) => venue === name && isFresh(time, now)),
      used: agreement.used.includes(name),
      unused: agreement.unused[name],
      now,
    }),
  );
  const named = Object.fromEntries(standings.map((standing) => [standing.name, standing]));
  return {
    agreement,
    ...(agreement.price === undefined && { absence: describeAbsence(standings) }),
    state: { ...state, standings: named },
  };
}
