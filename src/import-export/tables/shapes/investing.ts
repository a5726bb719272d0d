import { beginsWith, namesIn, type Shape } from './shape.ts';

/** Files of Investing.com: quoted, newest first, with separators of thousands. The order of day and month depends on its edition. */
export const investing: Shape = {
  name: 'a file of Investing.com',
  find(fields) {
    const names = namesIn(fields);
    if (!beginsWith(names, ['date', 'price', 'open', 'high', 'low']) || !names.includes('change %'))
      return undefined;
    return {
      hasHeader: true,
      time: 0,
      price: 1,
      candle: 'spacing',
      numbers: { decimal: '.', thousands: ',' },
      timeFormats: ['%b %d, %Y'],
    };
  },
};
