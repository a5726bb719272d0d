import type { Newest, Sample } from '../domain/sample.ts';
import type { ThreeHours } from '../domain/summary.ts';

export interface Appended {
  /** Samples that brought a value not kept before them, earlier ones of the same call included. */
  readonly added: number;
  /** All others. */
  readonly duplicates: number;
}

/**
 * Where samples are kept. First write wins, for price and for sentiment each on its own. Every
 * method rejects with a StoreError when the store cannot do it, within a bounded time.
 */
export interface Store extends AsyncDisposable {
  /**
   * Keeps what is new of the samples, in their order, with exact counts under any number of
   * writers. When it rejects, a part may be kept: repeating it is safe. Ends early with `signal`.
   */
  append(samples: readonly Sample[], signal: AbortSignal): Promise<Appended>;
  /** The newest values at or before `latest` (epoch milliseconds). */
  newest(latest: number): Promise<Newest>;
  /**
   * The three hours that end with the hour of the newest sample at or before `latest`, from raw
   * samples no later than it; `undefined` when there is none.
   */
  threeHours(latest: number): Promise<ThreeHours | undefined>;
  /** Resolves when the store can be read now. */
  check(): Promise<void>;
}

/** The answer kept outside of the process, for the next one, and for readers who know the tutorial's key. */
export interface AnswerCache {
  /** The text, and how long it has yet to live, in milliseconds; `undefined` where there is none. */
  read(): Promise<{ text: string; timeToLive: number } | undefined>;
  write(text: string, timeToLive: number): Promise<void>;
}

/** What the processes over one store tell each other, so that they answer and refresh as one. */
export interface Fleet {
  /** Whether this process is the one that refreshes at a tick: of all that ask, one is. */
  claim(tick: number, interval: number): Promise<boolean>;
  /** Tells all others that the series changed: they read them anew. There is no order to keep. */
  announce(): Promise<void>;
  /** Whether a change would be heard. While it would not, what a process knows may be old. */
  isListening(): boolean;
}

/** What a store is opened for: serving alone, one pass beside others, or a look that creates nothing. */
export type Access = 'serve' | 'write' | 'read';
