import { isCandle, type Shape } from './shape.ts';

const [TIME, CLOSE, COUNT] = [0, 4, 7];

/** OHLCVT files of Kraken: no header; seconds, open, high, low, close, volume, trades. */
export const kraken: Shape = {
  name: 'OHLCVT of Kraken',
  find(fields) {
    const [time = 0, open = 0, high = 0, low = 0, close = 0, volume = -1, trades = -1] = fields.map(Number);
    const isInSeconds = /^\d{9,10}$/.test(fields[TIME]?.trim() ?? '') && time > 0;
    const hasCounts = fields.length === COUNT && volume >= 0 && Number.isInteger(trades) && trades >= 0;
    if (!isInSeconds || !hasCounts || !isCandle(open, high, low, close)) return undefined;
    return { hasHeader: false, time: TIME, price: CLOSE, candle: 'spacing' };
  },
};
