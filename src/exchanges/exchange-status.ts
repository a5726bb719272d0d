import { publicReason } from '../domain/errors.ts';
import { describeRest, type Rest } from './back-off.ts';
import type { Quote } from './exchange.ts';

/** How a venue does: what is shown of it. A plain value. */
export interface Standing {
  readonly name: string;
  readonly state: 'ok' | 'resting' | 'failing';
  /** Since when it is in that state. Epoch milliseconds. */
  readonly since: number;
  /** Why it is in that state, why its price is not used, or what the venue warns of. Fit for readers. */
  readonly reason?: string;
  /** When it last gave a fresh quote. Epoch milliseconds. */
  readonly lastSuccess?: number;
  /** How long the last quote took, a failed one too. Milliseconds. */
  readonly latency?: number;
  /** The quote of the last pass, in US dollars, used or not. */
  readonly price?: number;
  /** The agreed price of the last pass is borne by this venue's. */
  readonly used: boolean;
}

/** By the venue's name. */
export type Standings = Readonly<Record<string, Standing>>;

/** What came of one question for a quote. Latencies in milliseconds. */
export type Outcome =
  | { readonly type: 'quoted'; readonly quote: Quote; readonly latency: number }
  | { readonly type: 'failed'; readonly fault: unknown; readonly latency: number }
  | { readonly type: 'resting' };

export interface StandingChange {
  readonly name: string;
  readonly outcome: Outcome;
  /** The rest that the venue has, perhaps from this question on. */
  readonly rest: Rest | undefined;
  /** The quote is of now. */
  readonly isFresh: boolean;
  readonly used: boolean;
  /** Why the quote is not used, where there is one. */
  readonly unused: string | undefined;
  /** Epoch milliseconds. */
  readonly now: number;
}

function stateOf({ outcome, rest, isFresh }: StandingChange): Standing['state'] {
  if (rest) return 'resting';
  return outcome.type === 'quoted' && isFresh ? 'ok' : 'failing';
}

function reasonOf({ outcome, rest, unused }: StandingChange): string | undefined {
  if (rest) return describeRest(rest);
  if (outcome.type === 'failed') return publicReason(outcome.fault);
  const warning = outcome.type === 'quoted' ? outcome.quote.warning : undefined;
  return [unused, warning].filter((one) => one !== undefined).join('; ') || undefined;
}

export function standingAfter(before: Standing | undefined, change: StandingChange): Standing {
  const { name, outcome, used, now } = change;
  const state = stateOf(change);
  const reason = reasonOf(change);
  const lastSuccess = state === 'ok' ? now : before?.lastSuccess;
  const latency = outcome.type === 'resting' ? before?.latency : outcome.latency;
  return {
    name,
    state,
    since: before?.state === state ? before.since : now,
    ...(reason !== undefined && { reason }),
    ...(lastSuccess !== undefined && { lastSuccess }),
    ...(latency !== undefined && { latency }),
    ...(outcome.type === 'quoted' && { price: outcome.quote.price }),
    used,
  };
}
