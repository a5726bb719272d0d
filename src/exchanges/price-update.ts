import { SourceError } from '../domain/errors.ts';
import { fillGaps } from './backfill.ts';
import type { Exchange } from './exchange.ts';
import type { Agreement, PricePoint } from './price-agreement.ts';
import type { PriceState } from './price-state.ts';
import { type Heard, hearQuotes, judgeQuotes } from './quotes.ts';

export interface PriceRequest {
  readonly exchanges: readonly Exchange[];
  /** The clock, in epoch milliseconds. */
  readonly now: number;
  /** The prices kept of the last 24 hours and ten minutes, oldest first. */
  readonly kept: readonly PricePoint[];
  readonly state: PriceState;
  /** Ends the pass. Its reason is what the pass then rejects with. */
  readonly signal: AbortSignal;
}

export interface PricePass {
  /** The price of now: absent where the venues do not agree on one. */
  readonly agreement: Agreement;
  /** In one line why there is no price of now, venue by venue; absent where there is one. */
  readonly absence?: string;
  /** Prices of minutes that had none, oldest first, each at its close less one millisecond. */
  readonly filled: readonly PricePoint[];
  /** What went wrong with candles, by the venue's name. Fit for readers. */
  readonly faults: Readonly<Record<string, string>>;
  /** For the next pass, of this process or another. */
  readonly state: PriceState;
}

/** Whoever did not answer a moment ago is not waited for again in the same pass. */
function isAway({ outcome }: Heard): boolean {
  const fault = outcome.type === 'failed' ? outcome.fault : undefined;
  return fault instanceof SourceError && (fault.code === 'timeout' || fault.code === 'unreachable');
}

/**
 * One pass for the price: quotes first, while they are of now; then candles for what is missing; then
 * the quotes are judged, against what is kept and filled.
 *
 * @throws the signal's reason, and nothing else.
 */
export async function passPrice({ exchanges, now, kept, state, signal }: PriceRequest): Promise<PricePass> {
  const quotes = await hearQuotes({ exchanges, now, state, signal });
  const away = new Set(quotes.heard.filter(isAway).map(({ name }) => name));
  const there = exchanges.filter(({ name }) => !away.has(name));
  const gaps = await fillGaps({ exchanges: there, now, kept, state: quotes.state, signal });
  const [newest] = [...kept.slice(-1), ...gaps.filled.slice(-1)].toSorted(
    (one, other) => other.time - one.time,
  );
  const judged = judgeQuotes({ heard: quotes.heard, state: gaps.state }, now, newest);
  return { ...judged, filled: gaps.filled, faults: gaps.faults };
}
