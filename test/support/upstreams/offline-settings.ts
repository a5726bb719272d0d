import { EXCHANGES } from '../../../src/exchanges/exchanges.ts';

/** Nothing listens there, so requests fail at once. */
export const UNREACHABLE_URL = 'http://127.0.0.1:1/';

/** Default settings of tests, with which no source contacts another host. The source is SentiCrypt's feed. */
export const OFFLINE_SETTINGS: Readonly<Record<string, string>> = {
  SOURCE: 'senticrypt',
  SENTICRYPT_URL: UNREACHABLE_URL,
  FEAR_GREED_URL: UNREACHABLE_URL,
  NEWS_FEEDS: UNREACHABLE_URL,
  ...Object.fromEntries(EXCHANGES.map(({ setting }) => [setting, UNREACHABLE_URL])),
};
