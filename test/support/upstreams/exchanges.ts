import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import type { Exchange } from '../../../src/exchanges/exchange.ts';
import { type ConfiguredExchange, EXCHANGES, openExchange } from '../../../src/exchanges/exchanges.ts';
import type { Outbound } from '../../../src/outbound/client.ts';
import { outbound } from './outbound.ts';

const MINUTE = 60_000;

type ExchangeAddresses = Readonly<Record<(typeof EXCHANGES)[number]['name'], string>>;

/** The exchanges of the list, at other URLs. */
export const exchangesAt = (addresses: ExchangeAddresses): ConfiguredExchange[] =>
  EXCHANGES.map((exchange) => ({ ...exchange, url: addresses[exchange.name] }));

export const openExchanges = (
  addresses: ExchangeAddresses,
  settings: { outbound?: Outbound; deadlineMs?: number } = {},
): Exchange[] => exchangesAt(addresses).map((one) => openExchange(one, { outbound, ...settings }));

/** What an exchange does instead of sending a valid response. */
export type ExchangeFault =
  | { readonly type: 'silent' }
  | { readonly type: 'reset' }
  | { readonly type: 'html' }
  | {
      readonly type: 'status';
      readonly status: number;
      readonly retryAfter?: string;
      readonly isEndless?: boolean;
    }
  /** An error in the exchange's own format, with status 200; by default that of its rate limit. */
  | { readonly type: 'error_in_200'; readonly message?: string; readonly retryAfter?: string }
  /** JSON in place of every price: `"0"`, `-1`, `"NaN"`, `1e400`. */
  | { readonly type: 'price'; readonly json: string }
  | { readonly type: 'cut' }
  | { readonly type: 'redirect'; readonly to: string }
  | { readonly type: 'body'; readonly text: string };

/** An exchange whose behaviour can be changed at any time. */
export interface FakeExchange {
  readonly address: string;
  /** Paths with queries, and user agents, in order. */
  readonly requests: { readonly path: string; readonly userAgent: string | undefined }[];
  /** The largest number of concurrent requests so far. */
  maxConcurrentRequests: number;
  /** The fault of every response. */
  fault: ExchangeFault | undefined;
  /** The fault of candle responses only. */
  candleFault: ExchangeFault | undefined;
  /** Multiplies the market's price: 1.3 raises it by 30 %. */
  factor: number;
  /** A further factor, by time. */
  factorAt: (time: number) => number;
  /** The time of the last trade, in epoch milliseconds; `undefined` for now. */
  lastTrade: number | undefined;
  /** Whether there are no trades in a minute, by its start. */
  isQuiet: (minute: number) => boolean;
  /** How far the newest candle is behind the last closed minute. */
  candleLagMs: number;
}

interface Market {
  /** US dollars at a time in epoch milliseconds. */
  readonly price: (time: number) => number;
  readonly clock: () => number;
}

interface Format {
  readonly name: keyof ExchangeAddresses;
  readonly base: string;
  readonly ticker: string;
  readonly candles: string;
  quote(price: string, time: number): object;
  rows(query: URLSearchParams, exchange: Venue): { status: number; body: unknown };
  error(words: string | undefined): object;
}

interface Venue {
  readonly now: number;
  /**
   * The starts of the candles in a range that had trades, oldest first. The width is in milliseconds, by default a
   * minute.
   */
  minutes(from: number, to: number, width?: number): number[];
  /** The closing price, as JSON. */
  close(minute: number, width?: number): string;
  readonly candleLagMs: number;
}

/** Marks JSON that `stringify` writes unchanged, such as `1e400`. */
const rawJson = (json: string) => `raw:${json}:raw`;

const stringify = (body: unknown) =>
  JSON.stringify(body).replaceAll(/"raw:(.*?):raw"/g, (_, json: string) => json.replaceAll('\\"', '"'));

const COINBASE: Format = {
  name: 'coinbase',
  base: '',
  ticker: '/products/BTC-USD/ticker',
  candles: '/products/BTC-USD/candles',
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
  rows(query, { minutes, close }) {
    const from = Date.parse(query.get('start') ?? '');
    const to = Date.parse(query.get('end') ?? '');
    const width = Number(query.get('granularity')) * 1000;
    if (![MINUTE, 60 * MINUTE].includes(width) || !(from <= to) || (to - from) / width > 300)
      return { status: 400, body: { message: 'granularity too small for the requested time range' } };
    const row = (start: number) => [start / 1000, 1, 2, 1.5, rawJson(close(start, width)), 0.5];
    return { status: 200, body: minutes(from, to, width).map(row).toReversed() };
  },
  error: (message = 'Public rate limit exceeded') => ({ message }),
};

const KRAKEN: Format = {
  name: 'kraken',
  base: '/0/public',
  ticker: '/Ticker',
  candles: '/OHLC',
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
  error: (words = 'EAPI:Rate limit exceeded') => ({ error: [words] }),
};

const BITSTAMP: Format = {
  name: 'bitstamp',
  base: '',
  ticker: '/api/v2/ticker/btcusd/',
  candles: '/api/v2/ohlc/btcusd/',
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
  rows: () => ({ status: 404, body: 'not used' }),
  error: (words) => ({ status: 'error', reason: words ?? 'Rate limit', code: words ? '400.001' : '400.002' }),
};

function headersOf(retryAfter: string | undefined): Record<string, string> {
  const type = { 'content-type': 'application/json' };
  return retryAfter === undefined ? type : { ...type, 'retry-after': retryAfter };
}

function respondWithFault(
  fault: ExchangeFault,
  format: Format,
  good: string,
  response: ServerResponse,
): void {
  const type = headersOf(undefined);
  switch (fault.type) {
    case 'silent':
      return;
    case 'reset':
      response.destroy();
      return;
    case 'html':
      response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>Checking</title>');
      return;
    case 'status':
      response.writeHead(fault.status, headersOf(fault.retryAfter)).write('{"message":"no"}');
      if (!fault.isEndless) response.end();
      return;
    case 'error_in_200':
      response.writeHead(200, headersOf(fault.retryAfter)).end(JSON.stringify(format.error(fault.message)));
      return;
    case 'cut':
      response.writeHead(200, { ...type, 'content-length': good.length }).write(good.slice(0, -9));
      setTimeout(() => response.destroy(), 20);
      return;
    case 'redirect':
      response.writeHead(302, { location: fault.to }).end();
      return;
    case 'body':
      response.writeHead(200, type).end(fault.text);
      return;
    case 'price':
      response.writeHead(200, type).end(good);
  }
}

async function startExchange(t: TestContext, format: Format, market: Market): Promise<FakeExchange> {
  const server = createServer((request, response) => answer(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const exchange: FakeExchange = {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}${format.base}`,
    requests: [],
    maxConcurrentRequests: 0,
    fault: undefined,
    candleFault: undefined,
    factor: 1,
    factorAt: () => 1,
    lastTrade: undefined,
    isQuiet: () => false,
    candleLagMs: 0,
  };

  function priceAt(time: number, asText: boolean): string {
    if (exchange.fault?.type === 'price') return exchange.fault.json;
    const price = (market.price(time) * exchange.factor * exchange.factorAt(time)).toFixed(2);
    return asText ? `"${price}"` : price;
  }

  function body(url: URL): { status: number; body: unknown } {
    const now = market.clock();
    if (url.pathname === format.base + format.ticker) {
      const time = exchange.lastTrade ?? now;
      return { status: 200, body: format.quote(priceAt(time, true), time) };
    }
    if (url.pathname !== format.base + format.candles) return { status: 404, body: { message: 'NotFound' } };
    return format.rows(url.searchParams, {
      now,
      candleLagMs: exchange.candleLagMs,
      minutes: (from, to, width = MINUTE) => {
        const first = Math.ceil(from / width);
        const last = Math.floor(Math.min(to, now) / width);
        const all = Array.from(
          { length: Math.max(0, last - first + 1) },
          (_, index) => (first + index) * width,
        );
        return all.filter((minute) => !exchange.isQuiet(minute));
      },
      close: (start, width = MINUTE) => priceAt(start + width - 1, format.name !== 'coinbase'),
    });
  }

  let concurrentRequests = 0;
  function answer(request: IncomingMessage, response: ServerResponse): void {
    concurrentRequests += 1;
    exchange.maxConcurrentRequests = Math.max(exchange.maxConcurrentRequests, concurrentRequests);
    response.on('finish', () => {
      concurrentRequests -= 1;
    });
    const path = request.url ?? '/';
    exchange.requests.push({ path, userAgent: request.headers['user-agent'] });
    const validResponse = body(new URL(path, 'http://127.0.0.1'));
    const isCandles = path.startsWith(format.base + format.candles);
    const fault = exchange.fault ?? (isCandles ? exchange.candleFault : undefined);
    if (fault) respondWithFault(fault, format, stringify(validResponse.body), response);
    else
      response
        .writeHead(validResponse.status, { 'content-type': 'application/json' })
        .end(stringify(validResponse.body));
  }
  return exchange;
}

export interface FakeExchanges {
  readonly coinbase: FakeExchange;
  readonly kraken: FakeExchange;
  readonly bitstamp: FakeExchange;
  readonly addresses: ExchangeAddresses;
  /** The settings that make the service use them. */
  readonly environment: Record<string, string>;
}

/** A price that rises and falls by a hundred dollars within an hour. */
export function calmMarket(time: number): number {
  return 60_000 + 100 * Math.sin(time / 600_000);
}

/**
 * Starts three fake exchanges on 127.0.0.1, with their formats. All have the market's price until a test
 * changes one.
 */
export async function startExchanges(
  t: TestContext,
  { price = calmMarket, clock = Date.now }: Partial<Market> = {},
): Promise<FakeExchanges> {
  const market = { price, clock };
  const [coinbase, kraken, bitstamp] = await Promise.all([
    startExchange(t, COINBASE, market),
    startExchange(t, KRAKEN, market),
    startExchange(t, BITSTAMP, market),
  ]);
  return {
    coinbase,
    kraken,
    bitstamp,
    addresses: { coinbase: coinbase.address, kraken: kraken.address, bitstamp: bitstamp.address },
    environment: {
      COINBASE_URL: coinbase.address,
      KRAKEN_URL: kraken.address,
      BITSTAMP_URL: bitstamp.address,
    },
  };
}
