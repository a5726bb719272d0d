import { SourceError } from '../../domain/errors.ts';
import { MINUTE } from '../../domain/time/bucket-width.ts';
import type { Range } from '../../domain/time/range.ts';
import { HOUR } from '../../domain/time/time.ts';
import type { Candles, Closes, Exchange } from '../exchange.ts';
import {
  type Call,
  type CallSettings,
  createCall,
  fieldsOf,
  listOf,
  minuteOf,
  priceOf,
  textTimeOf,
  wordsOf,
} from './request.ts';

const PRODUCT = '/products/BTC-USD';

function errorIn(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null || !('message' in body) || 'price' in body) return undefined;
  return wordsOf(body.message);
}

function readRows(body: unknown, range: Range): Closes {
  const closes = new Map<number, number>();
  const rows = listOf(body);
  for (const row of rows) {
    const [seconds, , , , close] = listOf(row);
    const time = minuteOf(seconds);
    const price = priceOf(close);
    if (time >= range.from && time < range.to) closes.set(time, price);
  }
  // Minutes without trades are left out, but rows of other times only are no answer to the question.
  const isElsewhere = rows.length > 1 && closes.size === 0;
  if (isElsewhere) throw new SourceError('unexpected_body', 'the source sent candles of other times');
  return { closes, answered: range };
}

/**
 * Candles of a width in milliseconds, which divides an hour. One less a call than is allowed, since `end` may count as
 * well: the last one is sure to be told, and the call to be taken.
 */
function candlesOf(call: Call, width: number): Candles {
  return {
    most: 299,
    reachMs: Number.POSITIVE_INFINITY,
    async read(range, signal) {
      const start = new Date(range.from).toISOString();
      const end = new Date(range.to).toISOString();
      const granularity = String(width / 1000);
      return readRows(await call(`${PRODUCT}/candles`, { granularity, start, end }, signal), range);
    },
  };
}

/** The hourly candles, as far back as Coinbase Exchange has traded. */
export function createCoinbaseHours(base: string, settings: CallSettings): Candles {
  return candlesOf(createCall(base, settings, errorIn), HOUR);
}

/** Coinbase Exchange: the time of the last trade in text; candles newest first, at most 300 a call. */
export function createCoinbase(base: string, settings: CallSettings): Exchange {
  const call = createCall(base, settings, errorIn);
  return {
    name: 'coinbase',
    async quote(signal) {
      const { price, time } = fieldsOf(await call(`${PRODUCT}/ticker`, {}, signal));
      return { price: priceOf(price), time: textTimeOf(time) };
    },
    candles: candlesOf(call, MINUTE),
  };
}
