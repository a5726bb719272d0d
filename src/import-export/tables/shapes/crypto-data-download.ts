import { namesIn, type Shape } from './shape.ts';

/** Files of CryptoDataDownload: a line with its address, then a header. Its dates are in UTC. */
export const cryptoDataDownload: Shape = {
  name: 'a file of CryptoDataDownload',
  find(fields) {
    const names = namesIn(fields);
    const [symbol, price, date] = ['symbol', 'close', 'date'].map((name) => names.indexOf(name));
    const unix = names.findIndex((name) => name === 'unix' || name === 'unix timestamp');
    if (symbol === undefined || price === undefined || date === undefined) return undefined;
    if (Math.min(symbol, price, date) < 0 || !names.some((name) => /^volume \w/.test(name))) return undefined;
    return {
      hasHeader: true,
      time: unix < 0 ? date : unix,
      price,
      symbol,
      candle: 'spacing',
      timeFormats: ['%Y-%m-%d %I-%p'],
      isUtc: true,
      mayChangeUnit: true,
    };
  },
};
