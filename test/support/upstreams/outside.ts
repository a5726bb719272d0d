/** Nobody listens there: what leads there fails at once. */
const NOWHERE = 'http://127.0.0.1:1/';

/** Settings that let no test leave this machine, whatever it forgets to set; the feed of SentiCrypt's form unless it says otherwise. */
export const OUTSIDE = {
  SOURCE: 'senticrypt',
  SENTICRYPT_URL: NOWHERE,
  COINBASE_URL: NOWHERE,
  KRAKEN_URL: NOWHERE,
  BITSTAMP_URL: NOWHERE,
  FEAR_GREED_URL: NOWHERE,
  NEWS_FEEDS: NOWHERE,
} as const;
