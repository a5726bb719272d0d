import type { Range } from '../domain/time/range.ts';
import type { CallSettings } from './clients/request.ts';

/** The last trade. */
export interface Quote {
  /** US dollars for one bitcoin. */
  readonly price: number;
  /** The time of the trade, in epoch milliseconds, if the exchange gives one. */
  readonly time?: number;
  /** For exchanges that give no time: a text that changes with each trade. */
  readonly activity?: string;
  /** A warning that the exchange sent with a good quote. One line that may be shown to users. */
  readonly warning?: string;
}

export interface Closes {
  /** The closing prices of closed candles with trades, in US dollars, by the candle's start in epoch milliseconds. */
  readonly closes: ReadonlyMap<number, number>;
  /** The range that the response covers, perhaps wider than requested: a candle in it without a price had no trades. */
  readonly answered: Range;
}

/** Candles of one width; an exchange's are one minute wide. */
export interface Candles {
  /** The largest number of candles in one response. */
  readonly most: number;
  /** How far back the exchange has candles. */
  readonly reachMs: number;
  /**
   * Sends one request, for whole candles.
   *
   * @throws SourceError, RefusalError; when `signal` ends it, the signal's reason.
   */
  read(range: Range, signal: AbortSignal): Promise<Closes>;
}

/** Requests to an exchange that trades bitcoins for US dollars. */
export interface ExchangeClient {
  /** Sends one request. @throws SourceError, RefusalError; when `signal` ends it, the signal's reason. */
  quote(signal: AbortSignal): Promise<Quote>;
  /** `undefined` if this exchange's candles are not used. */
  readonly candles: Candles | undefined;
}

export interface Exchange extends ExchangeClient {
  readonly name: string;
}

/** An exchange in the list of exchanges.ts. */
export interface ExchangeDefinition {
  /** Identifies the exchange in `GET /sources` and in the saved state. */
  readonly name: string;
  /** The name in the description of the setting. */
  readonly title: string;
  /** The setting of its base URL, which every request path is appended to. */
  readonly setting: string;
  readonly defaultUrl: string;
  readonly open: (baseUrl: string, settings: CallSettings) => ExchangeClient;
}
