import { beginsWith, namesIn, type Shape } from './shape.ts';

/** Minute sets of Bitstamp: seconds, and `NaN` in minutes without trades. */
export const bitstamp: Shape = {
  name: 'a minute set of Bitstamp',
  find(fields) {
    const names = namesIn(fields);
    const isSet =
      beginsWith(names, ['timestamp', 'open', 'high', 'low', 'close']) && /^volume\b/.test(names[5] ?? '');
    return isSet ? { hasHeader: true, time: 0, price: 4, candle: 'spacing', absent: ['nan'] } : undefined;
  },
};
