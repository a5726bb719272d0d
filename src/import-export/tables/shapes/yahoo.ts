import { namesIn, type Shape } from './shape.ts';

/** Files of Yahoo Finance, and of the library yfinance: `null` in rows without trades. */
export const yahoo: Shape = {
  name: 'a file of Yahoo Finance',
  find(fields) {
    const [time, open, high, low, close, ...rest] = namesIn(fields);
    const isPrices = open === 'open' && high === 'high' && low === 'low' && close === 'close';
    if (!['date', 'datetime'].includes(time ?? '') || !isPrices) return undefined;
    if (!rest.slice(0, 2).includes('volume')) return undefined;
    return { hasHeader: true, time: 0, price: 4, candle: 'spacing', absent: ['null', 'nan'] };
  },
};
