import type { Range } from '../domain/time/range.ts';

/** The last trade. */
export interface Quote {
  /** US dollars for one bitcoin. */
  readonly price: number;
  /** The time of the trade, in epoch milliseconds, if the venue gives one. */
  readonly time?: number;
  /** For venues that give no time: a text that changes with each trade. */
  readonly activity?: string;
  /** A warning that the venue sent with a good quote. One line, fit for readers. */
  readonly warning?: string;
}

export interface Closes {
  /** The closing prices of closed candles with trades, in US dollars, by the candle's start in epoch milliseconds. */
  readonly closes: ReadonlyMap<number, number>;
  /** The range that the venue answered for: a candle in it without a price had no trades. May be wider than asked for. */
  readonly answered: Range;
}

/** Candles of one width: a minute, unless said otherwise. */
export interface Candles {
  /** The largest number of candles in one response. */
  readonly most: number;
  /** How far back the venue has candles. */
  readonly reachMs: number;
  /**
   * Sends one request, for whole candles.
   *
   * @throws SourceError, RefusalError; when `signal` ends it, the signal's reason.
   */
  read(range: Range, signal: AbortSignal): Promise<Closes>;
}

/** A venue that trades bitcoins for US dollars. */
export interface Exchange {
  readonly name: string;
  /**
   * Sends one request.
   *
   * @throws SourceError, RefusalError; when `signal` ends it, the signal's reason.
   */
  quote(signal: AbortSignal): Promise<Quote>;
  /** `undefined` if this venue's candles are not used. */
  readonly candles: Candles | undefined;
}
