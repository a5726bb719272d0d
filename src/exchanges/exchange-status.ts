import { publicReason } from '../domain/errors.ts';
import { nextStatus, type UpstreamStatus } from '../stores/upstream-status.ts';
import { type BackOff, describeBackOff } from './back-off.ts';
import type { Quote } from './exchange.ts';

/** The status of an exchange. A plain value. `reason` also says why a quote is not used. */
export interface ExchangeStatus extends UpstreamStatus {
  readonly name: string;
  /** How long the last quote took, or a failure to get one. Milliseconds. */
  readonly latency?: number;
  /** The last quote, used or not. US dollars. */
  readonly price?: number;
  /** Whether the last agreed price is based on this exchange. */
  readonly used: boolean;
}

/** By the exchange's name. */
export type ExchangeStatuses = Readonly<Record<string, ExchangeStatus>>;

/** The result of one request for a quote. Latencies in milliseconds. */
export type QuoteResult =
  | { readonly type: 'quoted'; readonly quote: Quote; readonly latency: number }
  | { readonly type: 'failed'; readonly fault: unknown; readonly latency: number }
  | { readonly type: 'resting' };

export interface StatusChange {
  readonly name: string;
  readonly result: QuoteResult;
  /** The exchange's back-off, if this request began one too. */
  readonly backOff: BackOff | undefined;
  readonly isFresh: boolean;
  readonly used: boolean;
  /** Why the quote is not used. */
  readonly unused: string | undefined;
  /** Epoch milliseconds. */
  readonly now: number;
}

function stateOf({ result, backOff, isFresh }: StatusChange): UpstreamStatus['state'] {
  if (backOff) return 'resting';
  return result.type === 'quoted' && isFresh ? 'ok' : 'failing';
}

function reasonOf({ result, backOff, unused }: StatusChange): string | undefined {
  if (backOff) return describeBackOff(backOff);
  if (result.type === 'failed') return publicReason(result.fault);
  const warning = result.type === 'quoted' ? result.quote.warning : undefined;
  return [unused, warning].filter((one) => one !== undefined).join('; ') || undefined;
}

export function nextExchangeStatus(before: ExchangeStatus | undefined, change: StatusChange): ExchangeStatus {
  const { name, result, used, now } = change;
  const latency = result.type === 'resting' ? before?.latency : result.latency;
  return {
    name,
    ...nextStatus(before, { state: stateOf(change), reason: reasonOf(change), now }),
    ...(latency !== undefined && { latency }),
    ...(result.type === 'quoted' && { price: result.quote.price }),
    used,
  };
}
