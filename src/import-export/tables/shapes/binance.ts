import { isCandle, namesIn, type Shape } from './shape.ts';

const [OPEN_TIME, CLOSE, CLOSE_TIME, COUNT] = [0, 4, 6, 12];

/** Klines of Binance: twelve columns, since 2025 with times in microseconds; some with a header. */
export const binance: Shape = {
  name: 'klines of Binance',
  find(fields) {
    const names = namesIn(fields);
    const named = {
      time: names.indexOf('open time'),
      price: names.indexOf('close'),
      end: names.indexOf('close time'),
    };
    if (Math.min(named.time, named.price, named.end) >= 0)
      return { hasHeader: true, time: named.time, price: named.price, candle: { end: named.end } };
    const numbers = fields.map(Number);
    const [opened = 0, open = 0, high = 0, low = 0, close = 0] = numbers;
    const width = (numbers[CLOSE_TIME] ?? 0) - opened;
    const isKline = fields.length === COUNT && opened > 1e12 && width > 0 && width < opened / 100;
    if (!isKline || !isCandle(open, high, low, close)) return undefined;
    return { hasHeader: false, time: OPEN_TIME, price: CLOSE, candle: { end: CLOSE_TIME } };
  },
};
