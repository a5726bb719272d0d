import type { Outbound } from '../outbound/client.ts';

/** What one place gave when it was asked once. */
export interface Look {
  /** In plain words: "62,345.67 USD". */
  readonly found: string;
  /** What is not as it should be, though it answered. */
  readonly doubt?: string;
}

/** One of the places that a source asks: an exchange, a feed. */
export interface Place {
  readonly name: string;
  /** What it is, for people. */
  readonly kind: 'exchange' | 'news feed' | 'index' | 'feed';
  /** The setting that holds its address. */
  readonly setting: string;
  /**
   * Asks it once, as the source does.
   *
   * @param now epoch milliseconds.
   * @throws SourceError; when `signal` ends it, the signal's reason.
   */
  look(outbound: Outbound, now: number, signal: AbortSignal): Promise<Look>;
}

/** Whether what the places gave makes a value of now. */
export interface Outcome {
  readonly name: 'price' | 'sentiment';
  /** In words; `undefined` if there is none. */
  readonly value: string | undefined;
  /** Why there is none. */
  readonly reason: string | undefined;
}

export interface Places extends AsyncDisposable {
  readonly list: readonly Place[];
  /** After the looks. `now` is in epoch milliseconds. */
  outcomes(now: number): readonly Outcome[];
}
