import type { Range } from '../domain/time/range.ts';

/** A last trade. */
export interface Quote {
  /** US dollars for one bitcoin. */
  readonly price: number;
  /** When the venue says it was, in epoch milliseconds; absent where the venue tells no time. */
  readonly time?: number;
  /** What a trade changes, where the venue tells no time: while it is the same there was none. */
  readonly activity?: string;
  /** What the venue warns of beside a good quote: one line, fit for readers. */
  readonly warning?: string;
}

export interface Closes {
  /** The closing prices of closed candles with trades, in US dollars, by the candle's start in epoch milliseconds. */
  readonly closes: ReadonlyMap<number, number>;
  /** The times that the venue spoke of: a candle in here that has no price had no trades. May be wider than asked. */
  readonly answered: Range;
}

/** Candles of one width: of a minute, where nothing else is said. */
export interface Candles {
  /** The most candles that one call gives. */
  readonly most: number;
  /** How far back the venue knows, in milliseconds. */
  readonly reach: number;
  /**
   * One call, for whole candles.
   *
   * @throws SourceError, RefusalError; when `signal` ends it, the signal's reason.
   */
  read(range: Range, signal: AbortSignal): Promise<Closes>;
}

/** A venue that trades bitcoins for US dollars. */
export interface Exchange {
  readonly name: string;
  /**
   * One call.
   *
   * @throws SourceError, RefusalError; when `signal` ends it, the signal's reason.
   */
  quote(signal: AbortSignal): Promise<Quote>;
  /** `undefined` where the venue's are not used. */
  readonly candles: Candles | undefined;
}

/** One minute in milliseconds. */
export const MINUTE = 60_000;
