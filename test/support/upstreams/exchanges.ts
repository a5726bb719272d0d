import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import type { Exchange } from '../../../src/exchanges/exchange.ts';
import { type ConfiguredExchange, EXCHANGES, openExchange } from '../../../src/exchanges/exchanges.ts';
import type { Outbound } from '../../../src/outbound/client.ts';
import { EXCHANGE_FORMATS, type ExchangeFormat, type ExchangeName, stringify } from './exchange-formats.ts';
import { outbound } from './outbound.ts';

const MINUTE = 60_000;

/** The names in the list. */
export const EXCHANGE_NAMES: readonly ExchangeName[] = EXCHANGES.map(({ name }) => name);

type ExchangeAddresses = Readonly<Partial<Record<ExchangeName, string>>>;

/** The exchanges of the list that have an address here, at that URL. */
export const exchangesAt = (addresses: ExchangeAddresses): ConfiguredExchange[] =>
  EXCHANGES.flatMap((exchange) => {
    const url = addresses[exchange.name];
    return url === undefined ? [] : [{ ...exchange, url }];
  });

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
  | { readonly type: 'error_in_200'; readonly message?: unknown; readonly retryAfter?: string }
  /** A list if the exchange sends objects, an object if it sends lists. */
  | { readonly type: 'wrong_shape' }
  /** JSON in place of every price: `"0"`, `-1`, `"NaN"`, `1e400`. */
  | { readonly type: 'price'; readonly json: string }
  | { readonly type: 'cut' }
  | { readonly type: 'redirect'; readonly to: string }
  | { readonly type: 'body'; readonly text: string };

/** An exchange whose behaviour can be changed at any time. */
export interface FakeExchange {
  readonly name: ExchangeName;
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

function headersOf(retryAfter: string | undefined): Record<string, string> {
  const type = { 'content-type': 'application/json' };
  return retryAfter === undefined ? type : { ...type, 'retry-after': retryAfter };
}

function respondWithFault(
  fault: ExchangeFault,
  format: ExchangeFormat,
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
    case 'wrong_shape':
      response.writeHead(200, type).end(good.startsWith('[') ? '{}' : '[]');
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

async function startExchange(t: TestContext, name: ExchangeName, market: Market): Promise<FakeExchange> {
  const format = EXCHANGE_FORMATS[name];
  const server = createServer((request, response) => answer(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const exchange: FakeExchange = {
    name,
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

  const isCandlePath = (path: string) => format.candles && path === format.base + format.candles.path;

  function body(url: URL): { status: number; body: unknown } {
    const now = market.clock();
    if (url.pathname === format.base + format.ticker) {
      const time = exchange.lastTrade ?? now;
      return { status: 200, body: format.quote(priceAt(time, true), time) };
    }
    if (!isCandlePath(url.pathname) || !format.candles) return { status: 404, body: { message: 'NotFound' } };
    return format.candles.rows(url.searchParams, {
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
      close: (start, width = MINUTE, asNumber = false) => priceAt(start + width - 1, !asNumber),
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
    const url = new URL(path, 'http://127.0.0.1');
    const validResponse = body(url);
    const fault = exchange.fault ?? (isCandlePath(url.pathname) ? exchange.candleFault : undefined);
    if (fault) respondWithFault(fault, format, stringify(validResponse.body), response);
    else
      response
        .writeHead(validResponse.status, { 'content-type': 'application/json' })
        .end(stringify(validResponse.body));
  }
  return exchange;
}

export type FakeExchanges = Readonly<Record<ExchangeName, FakeExchange>> & {
  /** In the order of the list. */
  readonly all: readonly FakeExchange[];
  readonly addresses: Readonly<Record<ExchangeName, string>>;
  /** The settings that make the service use them. */
  readonly environment: Record<string, string>;
};

/** A price that rises and falls by a hundred dollars within an hour. */
export function calmMarket(time: number): number {
  return 60_000 + 100 * Math.sin(time / 600_000);
}

/** An exchange of the list, and the fake one that it talks to. */
export async function startOneExchange(
  t: TestContext,
  name: ExchangeName,
  market: Market,
): Promise<{ server: FakeExchange; exchange: Exchange }> {
  const server = await startExchange(t, name, market);
  const [exchange] = openExchanges({ [name]: server.address });
  assert.ok(exchange);
  return { server, exchange };
}

/**
 * Starts a fake exchange for each in the list on 127.0.0.1, with its format. All have the market's price until a test
 * changes one.
 */
export async function startExchanges(
  t: TestContext,
  { price = calmMarket, clock = Date.now }: Partial<Market> = {},
): Promise<FakeExchanges> {
  const all = await Promise.all(EXCHANGE_NAMES.map((name) => startExchange(t, name, { price, clock })));
  const byName = <T>(of: (server: FakeExchange) => T) =>
    Object.fromEntries(all.map((server) => [server.name, of(server)])) as Record<ExchangeName, T>;
  const addresses = byName(({ address }) => address);
  return {
    ...byName((server) => server),
    all,
    addresses,
    environment: Object.fromEntries(EXCHANGES.map(({ name, setting }) => [setting, addresses[name]])),
  };
}
