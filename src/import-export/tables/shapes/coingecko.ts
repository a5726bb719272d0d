import { beginsWith, namesIn, type Shape } from './shape.ts';

/** Exports of CoinGecko: the price at a moment, not of a candle. */
export const coinGecko: Shape = {
  name: 'an export of CoinGecko',
  find(fields) {
    return beginsWith(namesIn(fields), ['snapped at', 'price', 'market cap'])
      ? { hasHeader: true, time: 0, price: 1, absent: ['null'] }
      : undefined;
  },
};
