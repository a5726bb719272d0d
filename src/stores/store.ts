import type { HistoryBucket } from '../domain/bucket.ts';
import type { Newest, Sample } from '../domain/sample.ts';
import type { ThreeHours } from '../domain/summary.ts';
import type { Width } from '../domain/time/bucket-width.ts';
import type { Range } from '../domain/time/range.ts';

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
  /** All samples of a range, oldest first, in slices: each is a few milliseconds of work, and one moment's. */
  range(range: Range): AsyncIterable<readonly Sample[]>;
  /** The time of the oldest sample, in epoch milliseconds; `undefined` where none is kept. */
  oldest(): Promise<number | undefined>;
  /**
   * The buckets of a range of whole buckets (see `widen`) that hold samples, oldest first, in slices of a few
   * milliseconds of work. Each equals the average over the raw samples within 1e-9, relative, whatever it was read from.
   */
  buckets(range: Range, width: Width): AsyncIterable<readonly HistoryBucket[]>;
  /**
   * Removes all samples of a range, in slices: when it rejects or is ended by `signal`, a part may be removed, and
   * repeating it is safe.
   *
   * @returns how many samples were removed.
   */
  remove(range: Range, signal: AbortSignal): Promise<number>;
  /**
   * Makes what is derived from the samples right where another writer changed them, or where it was never built;
   * in slices, the newest first.
   *
   * @returns whether anything had to be mended.
   */
  mend(signal: AbortSignal): Promise<boolean>;
  /** Resolves when the store can be read now. */
  check(): Promise<void>;
}

/** The headlines that are kept, as texts by key, and a mark of this very set of them. */
export interface KeptHeadlines {
  readonly mark: string;
  readonly texts: ReadonlyMap<string, string>;
}

/**
 * What a source remembers, beside the samples: shared by a fleet, and kept over restarts. It is text: whoever reads it
 * judges whether it is what it should be. Methods reject as those of the store do.
 */
export interface Memory {
  /** The document of a name; `undefined` where there is none. */
  read(name: string): Promise<string | undefined>;
  /** The last write wins. */
  write(name: string, text: string): Promise<void>;
  /** The first write wins: the text that is kept under the name from now on. */
  settle(name: string, text: string): Promise<string>;
  /** `undefined` where the mark is still that of what is kept. */
  headlines(mark: string | undefined): Promise<KeptHeadlines | undefined>;
  /** Keeps headlines, of each key the first, once others are forgotten. */
  changeHeadlines(change: {
    readonly keep: ReadonlyMap<string, string>;
    readonly forget: readonly string[];
  }): Promise<void>;
}

/** The answer kept outside of the process, for the next one, and for readers who know the tutorial's key. */
export interface AnswerCache {
  /** The text, and how long it has yet to live, in milliseconds; `undefined` where there is none. */
  read(): Promise<{ text: string; timeToLive: number } | undefined>;
  write(text: string, timeToLive: number): Promise<void>;
  clear(): Promise<void>;
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
