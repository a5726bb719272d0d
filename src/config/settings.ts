import { isIP } from 'node:net';
import { SOURCE_NAMES } from '../domain/answer.ts';
import { NEWS_FEEDS, parseFeeds } from '../news/feeds/feed-list.ts';
import {
  duration,
  matching,
  networks,
  oneOf,
  proxyAddress,
  REDIS_FORMS,
  type Read,
  redisAddress,
  webAddress,
  whole,
  wrong,
} from './parsers.ts';

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

export interface Setting<T> {
  /** Another name of the variable, which goes before. */
  readonly alias?: string;
  /** The text that stands for an unset variable; without it the setting has no value then. */
  readonly fallback: string | undefined;
  readonly meaning: string;
  readonly read: Read<T>;
  /** An empty value is an error, where to take it for an unset one would open a door. */
  readonly emptyIsWrong?: boolean;
}

const setting = <T>(fallback: string, meaning: string, read: Read<T>): Setting<T> => ({
  fallback,
  meaning,
  read,
});

const optional = <T>(meaning: string, read: Read<T>, emptyIsWrong = false): Setting<T | undefined> => ({
  fallback: undefined,
  meaning,
  read,
  emptyIsWrong,
});

/** A proxy, by the names that other programs know it by: where both are set, the lower case one counts. */
const proxy = (alias: string, meaning: string): Setting<string | undefined> => ({
  ...optional(meaning, proxyAddress),
  alias,
});

const FEEDS_FORM =
  'http or https URLs without user name and password, separated by commas; each may be NAME=URL, with different names';

/** Every setting there is: the one list behind the configuration, `--help` and `.env.example`. */
export const SETTINGS = {
  HOST: setting('127.0.0.1', 'address or host name to listen on', (text) =>
    isIP(text) > 0 || /^[A-Za-z0-9._-]{1,253}$/.test(text) ? text : wrong('an address or a host name'),
  ),
  PORT: setting('8080', 'port to listen on; 0 chooses a free port', whole(0, 65_535)),
  METRICS_PORT: optional(
    'port for GET /metrics, which PORT then no longer serves; 0 chooses a free port; if unset, PORT',
    whole(0, 65_535),
  ),
  REDIS_URL: optional(
    `Redis to keep samples in (unset: an embedded file); use rediss instead of redis for TLS:
${REDIS_FORMS.map((form) => `${' '.repeat(34)}${form}`).join('\n')}`,
    redisAddress,
  ),
  DATA_DIR: setting('./data', 'folder of the embedded store', matching(/^[^\0]+$/, 'a path')),
  KEY_PREFIX: setting(
    'is-bitcoin-lit',
    'prefix of every Redis key',
    matching(
      /^(?!\})[\w.:{}-]{1,100}$/,
      '1 to 100 letters, digits or any of . : _ - { }, not starting with }',
    ),
  ),
  SOURCE: setting('live', `where samples come from: ${SOURCE_NAMES.join(', ')}`, oneOf(SOURCE_NAMES)),
  HTTPS_PROXY: proxy('https_proxy', 'proxy for requests to https addresses; if unset, HTTP_PROXY is used'),
  HTTP_PROXY: proxy('http_proxy', 'proxy for requests to http addresses'),
  NO_PROXY: {
    ...optional(
      'hosts to reach without a proxy, separated by commas: example.com (and subdomains), 10.0.0.5:8080, *',
      matching(/^[^\0]*$/, 'a list of hosts'),
    ),
    alias: 'no_proxy',
  },
  SENTICRYPT_URL: setting(
    'https://api.senticrypt.com/v1/bitcoin.json',
    'URL of the SentiCrypt v1 feed',
    webAddress,
  ),
  COINBASE_URL: setting(
    'https://api.exchange.coinbase.com',
    'base URL of the Coinbase Exchange API',
    webAddress,
  ),
  KRAKEN_URL: setting('https://api.kraken.com/0/public', 'base URL of the Kraken API', webAddress),
  BITSTAMP_URL: setting('https://www.bitstamp.net', 'base URL of the Bitstamp API', webAddress),
  FEAR_GREED_URL: setting('https://api.alternative.me', 'base URL of the Fear & Greed index API', webAddress),
  NEWS_FEEDS: setting(
    NEWS_FEEDS.map(({ address }) => address).join(','),
    'URLs of news feeds, separated by commas; NAME=URL shows a feed under a name of your choice',
    (text) => parseFeeds(text) ?? wrong(FEEDS_FORM),
  ),
  SENTIMENT_HALF_LIFE: setting('6h', 'age at which a headline counts half', duration('1m', '30d')),
  REFRESH_INTERVAL: setting(
    '30s',
    'time between refreshes; 0 refreshes only on request',
    duration('100ms', '24h', 'or 0'),
  ),
  CACHE_TTL: setting(
    '120s',
    'how long an answer is cached before the store is read again',
    duration('1ms', '24h', 'or 0'),
  ),
  STALE_AFTER: setting(
    '5m',
    'the answer is stale if its newest value is older than this',
    duration('1s', '30d'),
  ),
  REFRESH_TOKEN: optional(
    'bearer token required by POST /refresh; if unset, anyone may refresh, but not from a page of another site',
    matching(
      /^(?=.{16})[A-Za-z0-9._~+/-]{1,512}=*$/,
      'a bearer token of at least 16 characters: letters, digits and - . _ ~ + / (RFC 6750)',
    ),
    true,
  ),
  RATE_LIMIT: setting(
    '60',
    'refreshes per minute that one address may start; 0 for no limit',
    whole(0, 1_000_000),
  ),
  TRUST_PROXY: optional(
    'proxies whose X-Forwarded-For header is trusted: addresses or networks, separated by commas',
    networks,
  ),
  MAX_CONNECTIONS_PER_ADDRESS: setting(
    '500',
    'maximum number of connections per client: an IPv4 address, or an IPv6 /64 network',
    whole(1, 1_000_000),
  ),
  MAX_LIVE_READERS: setting('10000', 'maximum number of concurrent GET /live readers', whole(1, 1_000_000)),
  MAX_LIVE_READERS_PER_ADDRESS: setting('100', 'the same, for one address', whole(1, 1_000_000)),
  LOG_LEVEL: setting('info', `lowest level to log: ${LOG_LEVELS.join(', ')}`, oneOf(LOG_LEVELS)),
} satisfies Record<string, Setting<unknown>>;

/** A default in words; a list has a line for each of its parts. */
function describeDefault(fallback: string): string {
  const indent = `\n${' '.repeat(34)}`;
  return fallback.includes(',')
    ? `; default:${indent}${fallback.replaceAll(',', `,${indent}`)}`
    : ` (default: ${fallback})`;
}

/** Each setting with its meaning and default, for `--help`. */
export function describeSettings(): string {
  return Object.entries<Setting<unknown>>(SETTINGS)
    .map(
      ([name, { fallback, meaning }]) =>
        `  ${name.padEnd(30)}${meaning}${fallback === undefined ? '' : describeDefault(fallback)}`,
    )
    .join('\n');
}
