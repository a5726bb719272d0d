import { EXCHANGES } from '../../../src/exchanges/exchanges.ts';

/** Nothing listens there, so requests fail at once. */
export const NOWHERE = 'http://127.0.0.1:1/';

/** Settings with which no test reaches another machine, whatever it forgets to set. The source is SentiCrypt's feed. */
export const OUTSIDE: Readonly<Record<string, string>> = {
  SOURCE: 'senticrypt',
  SENTICRYPT_URL: NOWHERE,
  FEAR_GREED_URL: NOWHERE,
  NEWS_FEEDS: NOWHERE,
  ...Object.fromEntries(EXCHANGES.map(({ setting }) => [setting, NOWHERE])),
};
