import { SourceError } from '../../domain/errors.ts';
import { MINUTE } from '../../domain/time/bucket-width.ts';
import type { Range } from '../../domain/time/range.ts';
import { HOUR } from '../../domain/time/time.ts';
import type { Candles, Closes, ExchangeClient, ExchangeDefinition } from '../exchange.ts';
import {
  arrayOf,
  type Call,
  type CallSettings,
  createCall,
  errorText,
  minuteOf,
  objectOf,
  priceOf,
  textTimeOf,
} from './request.ts';

const PRODUCT = '/products/BTC-USD';

function errorIn(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null || !('message' in body) || 'price' in body) return undefined;
  return errorText(body.message);
}

function readRows(body: unknown, range: Range): Closes {
  const closes = new Map<number, number>();
  const rows = arrayOf(body);
  for (const row of rows) {
    const [seconds, , , , close] = arrayOf(row);
    const time = minuteOf(seconds);
    const price = priceOf(close);
    if (time >= range.from && time < range.to) closes.set(time, price);
  }
  // Minutes without trades are missing, but a response with only rows of other times does not answer the request.
  if (rows.length > 1 && closes.size === 0)
    throw new SourceError('unexpected_body', 'the source sent candles of other times');
  return { closes, answered: range };
}

/**
 * @param widthMs divides an hour. Requests one candle fewer than the limit of 300, since Coinbase may count `end` as well.
 */
function candlesOf(call: Call, widthMs: number): Candles {
  return {
    most: 299,
    reachMs: Number.POSITIVE_INFINITY,
    async read(range, signal) {
      const start = new Date(range.from).toISOString();
      const end = new Date(range.to).toISOString();
      const granularity = String(widthMs / 1000);
      return readRows(await call(`${PRODUCT}/candles`, { granularity, start, end }, signal), range);
    },
  };
}

/** Hourly candles, back to the first trade on Coinbase Exchange. */
export function createCoinbaseHours(baseUrl: string, settings: CallSettings): Candles {
  return candlesOf(createCall(baseUrl, settings, errorIn), HOUR);
}

/** The last trade's time is text; candles come newest first. */
function open(baseUrl: string, settings: CallSettings): ExchangeClient {
  const call = createCall(baseUrl, settings, errorIn);
  return {
    async quote(signal) {
      const { price, time } = objectOf(await call(`${PRODUCT}/ticker`, {}, signal));
      return { price: priceOf(price), time: textTimeOf(time) };
    },
    candles: candlesOf(call, MINUTE),
  };
}

export const coinbase = {
  name: 'coinbase',
  title: 'Coinbase Exchange',
  setting: 'COINBASE_URL',
  defaultUrl: 'https://api.exchange.coinbase.com',
  open,
} as const satisfies ExchangeDefinition;
