import { isIP } from 'node:net';
import { SOURCE_NAMES } from '../domain/answer.ts';
import { EXCHANGES } from '../exchanges/exchanges.ts';
import { NEWS_FEEDS, parseFeeds } from '../news/feeds/feed-list.ts';
import {
  duration,
  integer,
  invalid,
  matching,
  networks,
  oneOf,
  type Parse,
  proxyUrl,
  REDIS_FORMS,
  redisUrl,
  webUrl,
} from './parsers.ts';

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

export interface Setting<T> {
  /** Another name of the variable, which takes precedence. */
  readonly alias?: string;
  /** The default, as text; `undefined` if the setting has none. */
  readonly fallback: string | undefined;
  readonly meaning: string;
  readonly read: Parse<T>;
  /** By default, an empty value counts as unset. For a token, that would be unsafe. */
  readonly rejectsEmpty?: boolean;
}

const setting = <T>(fallback: string, meaning: string, read: Parse<T>): Setting<T> => ({
  fallback,
  meaning,
  read,
});

const optional = <T>(meaning: string, read: Parse<T>, rejectsEmpty = false): Setting<T | undefined> => ({
  fallback: undefined,
  meaning,
  read,
  rejectsEmpty,
});

/** The variables of other programs for a proxy. The lower case one takes precedence. */
const proxy = (alias: string, meaning: string): Setting<string | undefined> => ({
  ...optional(meaning, proxyUrl),
  alias,
});

const EXCHANGE_URLS = Object.fromEntries(
  EXCHANGES.map(({ setting: name, defaultUrl, title }) => [
    name,
    setting(defaultUrl, `base URL of the ${title} API`, webUrl),
  ]),
) as Record<(typeof EXCHANGES)[number]['setting'], Setting<string>>;

const FEEDS_FORM =
  'http or https URLs without user name and password, separated by commas; each may be NAME=URL, with different names';

/** All settings. The configuration, the help and `.env.example` are generated from this list. */
export const SETTINGS = {
  HOST: setting('127.0.0.1', 'address or host name to listen on', (text) =>
    isIP(text) > 0 || /^[A-Za-z0-9._-]{1,253}$/.test(text) ? text : invalid('an address or a host name'),
  ),
  PORT: setting('8080', 'port to listen on; 0 chooses a free port', integer(0, 65_535)),
  METRICS_PORT: optional('port for GET /metrics instead of PORT; 0 chooses a free port', integer(0, 65_535)),
  WORKERS: setting(
    '1',
    'processes that serve requests; with 2 or more, another process refreshes and writes to the store',
    // A machine has few more cores, and each process takes the memory of a service.
    integer(1, 64),
  ),
  REDIS_URL: optional(
    `Redis that stores the samples (unset: an SQLite file); use rediss instead of redis for TLS:\n${REDIS_FORMS.join('\n')}`,
    redisUrl,
  ),
  DATA_DIR: setting('./data', 'folder of the SQLite file', matching(/^[^\0]+$/, 'a path')),
  KEY_PREFIX: setting(
    'is-bitcoin-lit',
    'prefix of every Redis key',
    matching(
      /^(?!\})[\w.:{}-]{1,100}$/,
      '1 to 100 letters, digits or any of . : _ - { }, not starting with }',
    ),
  ),
  RETENTION: optional(
    'delete samples older than this, except those of the 48 hours before the newest price and sentiment; hourly and daily averages are kept (unset: keep all samples)',
    duration('48h', '36500d'),
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
    webUrl,
  ),
  ...EXCHANGE_URLS,
  FEAR_GREED_URL: setting('https://api.alternative.me', 'base URL of the Fear & Greed index API', webUrl),
  NEWS_FEEDS: setting(
    NEWS_FEEDS.map(({ address }) => address).join(','),
    'URLs of news feeds, separated by commas; NAME=URL shows a feed under a name of your choice',
    (text) => parseFeeds(text) ?? invalid(FEEDS_FORM),
  ),
  SENTIMENT_HALF_LIFE: setting('6h', 'age at which a headline counts half', duration('1m', '30d')),
  REFRESH_INTERVAL: setting(
    '30s',
    'time between refreshes; 0: refresh only on request',
    duration('100ms', '24h', 'or 0'),
  ),
  CACHE_TTL: setting('120s', 'how long an answer is cached', duration('1ms', '24h', 'or 0')),
  STALE_AFTER: setting(
    '5m',
    'the answer is stale if its newest price or sentiment is older than this',
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
    'refreshes that one address may start per minute; 0: no limit',
    integer(0, 1_000_000),
  ),
  TRUST_PROXY: optional(
    'proxies whose X-Forwarded-For header is trusted: addresses or networks, separated by commas',
    networks,
  ),
  MAX_CONNECTIONS_PER_ADDRESS: setting(
    '500',
    'maximum number of connections per client: an IPv4 address, or an IPv6 /64 network',
    integer(1, 1_000_000),
  ),
  MAX_LIVE_READERS: setting('10000', 'maximum number of concurrent GET /live readers', integer(1, 1_000_000)),
  MAX_LIVE_READERS_PER_ADDRESS: setting(
    '100',
    'maximum number of concurrent GET /live readers per address',
    integer(1, 1_000_000),
  ),
  LOG_LEVEL: setting('info', `lowest level to log: ${LOG_LEVELS.join(', ')}`, oneOf(LOG_LEVELS)),
} satisfies Record<string, Setting<unknown>>;

export type SettingName = keyof typeof SETTINGS;
