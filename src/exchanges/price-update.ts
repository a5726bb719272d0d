import { SourceError } from '../domain/errors.ts';
import { type Backfill, backfill, type PriceRequest } from './backfill.ts';
import { type CombinedQuotes, combineQuotes, type ExchangeResult, fetchQuotes } from './quotes.ts';

/** What an update found. The combined quotes are those of the current price. */
export type PriceUpdate = CombinedQuotes & Backfill;

function isUnreachable({ result }: ExchangeResult): boolean {
  const fault = result.type === 'failed' ? result.fault : undefined;
  return fault instanceof SourceError && (fault.code === 'timeout' || fault.code === 'unreachable');
}

/**
 * Updates the price. Quotes come first, while they are current; then the candles of missing minutes, from exchanges that
 * could be reached; then the quotes are compared with what is stored and filled in.
 *
 * @throws only the signal's reason.
 */
export async function updatePrice(request: PriceRequest): Promise<PriceUpdate> {
  const { exchanges, now, stored } = request;
  const quotes = await fetchQuotes(request);
  const unreachable = new Set(quotes.results.filter(isUnreachable).map(({ name }) => name));
  const reachable = exchanges.filter(({ name }) => !unreachable.has(name));
  const { filled, faults, state } = await backfill({ ...request, exchanges: reachable, state: quotes.state });
  const [newest] = [...stored.slice(-1), ...filled.slice(-1)].toSorted((one, other) => other.time - one.time);
  return { ...combineQuotes({ results: quotes.results, state }, now, newest), filled, faults };
}
