import type { EXCHANGES } from '../../../src/exchanges/exchanges.ts';

const MINUTE = 60_000;

export type ExchangeName = (typeof EXCHANGES)[number]['name'];

/** What a fake exchange knows when it writes candles. */
interface Venue {
  readonly now: number;
  /**
   * The starts of the candles in a range that had trades, oldest first. The width is in milliseconds, by default a
   * minute.
   */
  minutes(from: number, to: number, width?: number): number[];
  /** The closing price, as JSON: a text, unless `asNumber`. */
  close(minute: number, width?: number, asNumber?: boolean): string;
  readonly candleLagMs: number;
}

interface CandleFormat {
  readonly path: string;
  /** The largest number of rows in one response. */
  readonly maxRows: number;
  /** How many of the newest minutes it has. */
  readonly reachMinutes: number;
  rows(query: URLSearchParams, venue: Venue): { status: number; body: unknown };
}

/** How an exchange writes its responses. */
export interface ExchangeFormat {
  /** The path of its base URL. */
  readonly base: string;
  /** The path of its quote, below `base`. */
  readonly ticker: string;
  /** A quote, with every field that the exchange sends. @param price JSON. */
  quote(price: string, time: number): object;
  /** Whether a quote has the time of the last trade. */
  readonly hasTime: boolean;
  /** An error in a response with status 200; without words, that of the rate limit. */
  error(words?: unknown): object;
  /** `undefined` if its candles are not used. */
  readonly candles: CandleFormat | undefined;
}

/** Marks JSON that `stringify` writes unchanged, such as `1e400`. */
const rawJson = (json: string) => `raw:${json}:raw`;

export const stringify = (body: unknown) =>
  JSON.stringify(body).replaceAll(/"raw:(.*?):raw"/g, (_, json: string) => json.replaceAll('\\"', '"'));

const coinbase: ExchangeFormat = {
  base: '',
  ticker: '/products/BTC-USD/ticker',
  quote: (price, time) => ({
    trade_id: Math.floor(time / 100),
    price: rawJson(price),
    size: '0.00123',
    bid: '1',
    ask: '2',
    volume: '9876.5',
    time: new Date(time).toISOString().replace('Z', '123Z'),
    rfq_volume: '12.3',
  }),
  hasTime: true,
  error: (message = 'Public rate limit exceeded') => ({ message }),
  candles: {
    path: '/products/BTC-USD/candles',
    maxRows: 300,
    reachMinutes: Number.POSITIVE_INFINITY,
    rows(query, { minutes, close }) {
      const from = Date.parse(query.get('start') ?? '');
      const to = Date.parse(query.get('end') ?? '');
      const width = Number(query.get('granularity')) * 1000;
      if (![MINUTE, 60 * MINUTE].includes(width) || !(from <= to) || (to - from) / width > 300)
        return { status: 400, body: { message: 'granularity too small for the requested time range' } };
      const row = (start: number) => [start / 1000, 1, 2, 1.5, rawJson(close(start, width, true)), 0.5];
      return { status: 200, body: minutes(from, to, width).map(row).toReversed() };
    },
  },
};

const kraken: ExchangeFormat = {
  base: '/0/public',
  ticker: '/Ticker',
  quote: (price, time) => ({
    error: [],
    result: {
      XXBTZUSD: {
        a: ['2', '1', '1.000'],
        b: ['1', '1', '1.000'],
        c: [rawJson(price), '0.001'],
        v: [(time / 1e6).toFixed(8), '2000.1'],
        p: ['1', '1'],
        t: [Math.floor(time / 1000), 99_999],
        l: ['1', '1'],
        h: ['2', '2'],
        o: '1.5',
      },
    },
  }),
  hasTime: false,
  error: (words = 'EAPI:Rate limit exceeded') => ({ error: [words] }),
  candles: {
    path: '/OHLC',
    maxRows: 720,
    reachMinutes: 720,
    rows(query, { now, minutes, close, candleLagMs }) {
      const current = Math.floor(now / MINUTE) * MINUTE;
      const last = current - MINUTE - candleLagMs;
      const since = Number(query.get('since') ?? 0) * 1000;
      const traded = new Set(minutes(current - 720 * MINUTE, last));
      const oldest = Math.max(current - 719 * MINUTE, Math.floor(since / MINUTE) * MINUTE + MINUTE);
      const count = Math.max(0, (last + MINUTE - oldest) / MINUTE + 1);
      const rows = Array.from({ length: count }, (_, index) => {
        const minute = oldest + index * MINUTE;
        // The current minute, whose price is not a closing price.
        if (minute > last) return [minute / 1000, '1', '1', '1', '1', '1', '1', 1];
        const trades = traded.has(minute) ? 7 : 0;
        return [minute / 1000, '1', '2', '1', rawJson(close(minute)), '1.5', trades ? '0.5' : '0', trades];
      });
      return { status: 200, body: { error: [], result: { XXBTZUSD: rows, last: last / 1000 } } };
    },
  },
};

const bitstamp: ExchangeFormat = {
  base: '',
  ticker: '/api/v2/ticker/btcusd/',
  quote: (price, time) => ({
    timestamp: String(Math.floor(time / 1000)),
    open: '1',
    high: '2',
    low: '1',
    last: rawJson(price),
    volume: '100',
    vwap: '1.5',
    bid: '1',
    ask: '2',
    side: '0',
    open_24: '1',
    percent_change_24: '0.1',
    market_type: 'SPOT',
  }),
  hasTime: true,
  error: (reason) =>
    reason === undefined
      ? { status: 'error', reason: 'Rate limit', code: '400.002' }
      : { status: 'error', reason, code: typeof reason === 'string' ? '400.001' : reason },
  candles: undefined,
};

/** The format of each exchange in the list: without one, the tests do not compile. */
export const EXCHANGE_FORMATS: Readonly<Record<ExchangeName, ExchangeFormat>> = {
  coinbase,
  kraken,
  bitstamp,
};
