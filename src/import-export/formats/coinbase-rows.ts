import { isCandle } from '../tables/shapes/shape.ts';
import type { Members } from './json-record.ts';

/** Candles of Coinbase: lists of seconds, low, high, open, close and volume. */
export const COINBASE_ROWS = 'candles of Coinbase';

export const COINBASE_MEMBERS: Members = { time: 0, price: 4, sentiment: undefined };

const COUNT = 6;

/** Whether a list is a candle of Coinbase. The low before the high distinguishes it from other candles. */
export function isCoinbaseRow(row: unknown): boolean {
  if (!Array.isArray(row) || row.length !== COUNT || !row.every((value) => typeof value === 'number'))
    return false;
  const [time = 0, low = 0, high = 0, open = 0, close = 0] = row as number[];
  return time > 1e9 && time < 1e10 && isCandle(open, high, low, close);
}
