import { activeBackOff, type BackOffs, backOffAfterFailure, backOffAfterSuccess } from './back-off.ts';
import type { Exchange } from './exchange.ts';
import { type ExchangeStatus, nextExchangeStatus, type QuoteResult } from './exchange-status.ts';
import { type Agreement, agree, isFresh, type PricePoint } from './price-agreement.ts';
import type { PriceState } from './saved-state.ts';
import { type Activities, activityAfter, isQuiet } from './trading-activity.ts';

export interface QuoteRequest {
  readonly exchanges: readonly Exchange[];
  /** The clock, in epoch milliseconds. */
  readonly now: number;
  readonly state: PriceState;
  /** Ends the request, which then rejects with the signal's reason. */
  readonly signal: AbortSignal;
}

export interface ExchangeResult {
  readonly name: string;
  readonly result: QuoteResult;
}

export interface FetchedQuotes {
  /** One for each exchange, resting ones included. */
  readonly results: readonly ExchangeResult[];
  /** With the back-offs and activities that follow from the results. */
  readonly state: PriceState;
}

export interface CombinedQuotes {
  readonly agreement: Agreement;
  /** Why there is no price, exchange by exchange, in one line. */
  readonly absence?: string;
  /** With the statuses that follow from the results. */
  readonly state: PriceState;
}

async function fetchQuote(exchange: Exchange, { now, state, signal }: QuoteRequest): Promise<QuoteResult> {
  if (activeBackOff(state.backOffs, exchange.name, now)) return { type: 'resting' };
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

function backOffsAfter(before: BackOffs, { name, result }: ExchangeResult, now: number): BackOffs {
  if (result.type === 'quoted') return backOffAfterSuccess(before, name, 'quote');
  if (result.type === 'resting') return before;
  return backOffAfterFailure(before, name, { asked: 'quote', fault: result.fault, now });
}

function activitiesAfter(before: Activities, { name, result }: ExchangeResult, now: number): Activities {
  if (result.type !== 'quoted') return before;
  const activity = activityAfter(before[name], result.quote, now);
  return activity ? { ...before, [name]: activity } : before;
}

/**
 * Gets the quotes of all exchanges without a back-off, in parallel, each within its own deadline.
 *
 * @throws only the signal's reason: the failure of an exchange is a result.
 */
export async function fetchQuotes(request: QuoteRequest): Promise<FetchedQuotes> {
  const { exchanges, now, state } = request;
  const results = await Promise.all(
    exchanges.map(async (exchange) => ({
      name: exchange.name,
      result: await fetchQuote(exchange, request),
    })),
  );
  const backOffs = results.reduce((before, one) => backOffsAfter(before, one, now), state.backOffs);
  const activities = results.reduce((before, one) => activitiesAfter(before, one, now), state.activities);
  return { results, state: { ...state, backOffs, activities } };
}

function describeAbsence(statuses: readonly ExchangeStatus[]): string {
  return statuses.map(({ name, reason = 'not used' }) => `${name}: ${reason}`).join('; ');
}

/**
 * Agrees on one price, and gives each exchange its status.
 *
 * @param stored the newest price that is stored or was just filled in.
 */
export function combineQuotes(
  { results, state }: FetchedQuotes,
  now: number,
  stored: PricePoint | undefined,
): CombinedQuotes {
  const quoted = results.flatMap(({ name, result }) =>
    result.type === 'quoted' ? [{ exchange: name, ...result.quote }] : [],
  );
  const quiet = quoted.filter(({ exchange }) => isQuiet(state.activities[exchange], now));
  const trading = quoted.filter((one) => !quiet.includes(one));
  const { unused, ...agreed } = agree(trading, now, stored);
  const reasons = Object.fromEntries(quiet.map(({ exchange }) => [exchange, 'no trade for five minutes']));
  const agreement = { ...agreed, unused: { ...unused, ...reasons } };

  const statuses = results.map(({ name, result }) =>
    nextExchangeStatus(state.statuses[name], {
      name,
      result,
      backOff: activeBackOff(state.backOffs, name, now),
      isFresh: trading.some(({ exchange, time }) => exchange === name && isFresh(time, now)),
      used: agreement.used.includes(name),
      unused: agreement.unused[name],
      now,
    }),
  );
  return {
    agreement,
    ...(agreement.price === undefined && { absence: describeAbsence(statuses) }),
    state: { ...state, statuses: Object.fromEntries(statuses.map((status) => [status.name, status])) },
  };
}
