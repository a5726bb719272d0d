import type { Outbound } from '../outbound/client.ts';

/** The result of one request to an upstream that answered. */
export interface Probe {
  /** One line for people: "62,345.67 USD". */
  readonly found: string;
  /** What is wrong with the response, if anything. */
  readonly warning?: string;
}

/** An upstream of a source, for `doctor` to check. */
export interface Upstream {
  readonly name: string;
  readonly kind: 'exchange' | 'news feed' | 'index' | 'feed';
  /** The setting of its URL. */
  readonly setting: string;
  /**
   * Sends one request, as the source does.
   *
   * @param now epoch milliseconds.
   * @throws SourceError; when `signal` ends it, the signal's reason.
   */
  probe(outbound: Outbound, now: number, signal: AbortSignal): Promise<Probe>;
}

/** The current value that the upstreams give. One of `value` and `reason` is set. */
export interface Outcome {
  readonly name: 'price' | 'sentiment';
  /** In words. */
  readonly value: string | undefined;
  /** Why there is no value. */
  readonly reason: string | undefined;
}

export interface Upstreams extends AsyncDisposable {
  readonly list: readonly Upstream[];
  /**
   * What the probes so far found together.
   *
   * @param now epoch milliseconds.
   */
  outcomes(now: number): readonly Outcome[];
}
