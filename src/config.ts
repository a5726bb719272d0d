import { isIP } from 'node:net';
import { SOURCE_NAMES } from './domain/answer.ts';
import { SetupError } from './domain/errors.ts';
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
} from './setting-texts.ts';
import { NEWS_FEEDS, parseFeeds } from './sources/live/feeds/news-feeds.ts';

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

interface Setting<T> {
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
  'http or https addresses without user name and password, or NAME=ADDRESS with names that differ, with commas between';

/** Every setting there is: the one list behind the configuration, `--help` and `.env.example`. */
export const SETTINGS = {
  HOST: setting('127.0.0.1', 'address to listen on', (text) =>
    isIP(text) > 0 || /^[A-Za-z0-9._-]{1,253}$/.test(text) ? text : wrong('an address or a host name'),
  ),
  PORT: setting('8080', 'port to listen on; 0 takes a free one', whole(0, 65_535)),
  REDIS_URL: optional(
    `unset: embedded; else one of these, with rediss in place of redis for TLS:
${REDIS_FORMS.map((form) => `  ${' '.repeat(20)}${form}`).join('\n')}`,
    redisAddress,
  ),
  DATA_DIR: setting('./data', 'where the embedded store keeps its file', matching(/^[^\0]+$/, 'a path')),
  KEY_PREFIX: setting(
    'is-bitcoin-lit',
    'what every Redis key begins with',
    matching(
      /^(?!\})[\w.:{}-]{1,100}$/,
      '1 to 100 letters, digits or any of . : _ - { }, and begin with no }',
    ),
  ),
  SOURCE: setting('live', `where samples come from: ${SOURCE_NAMES.join(' or ')}`, oneOf(SOURCE_NAMES)),
  HTTPS_PROXY: proxy('https_proxy', 'proxy for requests to https addresses; unset: HTTP_PROXY'),
  HTTP_PROXY: proxy('http_proxy', 'proxy for requests to http addresses'),
  NO_PROXY: {
    ...optional(
      'hosts asked without a proxy, with commas: example.com (subdomains too), 10.0.0.5:8080, *',
      matching(/^[^\0]*$/, 'a list of hosts'),
    ),
    alias: 'no_proxy',
  },
  SENTICRYPT_URL: setting(
    'https://api.senticrypt.com/v1/bitcoin.json',
    'address of the SentiCrypt v1 feed',
    webAddress,
  ),
  COINBASE_URL: setting(
    'https://api.exchange.coinbase.com',
    "base address of Coinbase Exchange, up to each call's own path",
    webAddress,
  ),
  KRAKEN_URL: setting('https://api.kraken.com/0/public', 'the same of Kraken', webAddress),
  BITSTAMP_URL: setting('https://www.bitstamp.net', 'the same of Bitstamp', webAddress),
  FEAR_GREED_URL: setting('https://api.alternative.me', 'the same of the Fear & Greed index', webAddress),
  NEWS_FEEDS: setting(
    NEWS_FEEDS.map(({ address }) => address).join(','),
    'addresses of news feeds, with commas; NAME=ADDRESS shows one under a name of your own',
    (text) => parseFeeds(text) ?? wrong(FEEDS_FORM),
  ),
  SENTIMENT_HALF_LIFE: setting('6h', 'age at which a headline weighs half as much', duration('1m', '30d')),
  REFRESH_INTERVAL: setting(
    '30s',
    'time between refreshes; 0: only on request',
    duration('100ms', '24h', 'or 0'),
  ),
  CACHE_TTL: setting(
    '120s',
    'how long an answer is kept before it is read anew',
    duration('1ms', '24h', 'or 0'),
  ),
  STALE_AFTER: setting('5m', 'age of the newest value from which the answer is stale', duration('1s', '30d')),
  REFRESH_TOKEN: optional(
    'bearer token that POST /refresh asks for; unset: open to anyone',
    matching(/^[A-Za-z0-9._~+/-]{1,512}=*$/, 'a bearer token: letters, digits and - . _ ~ + / (RFC 6750)'),
    true,
  ),
  RATE_LIMIT: setting(
    '60',
    'refreshes a minute that one address may begin; 0: no limit',
    whole(0, 1_000_000),
  ),
  TRUST_PROXY: optional(
    'proxies whose X-Forwarded-For is believed: addresses or networks, with commas',
    networks,
  ),
  MAX_LIVE_READERS: setting('10000', 'readers of GET /live at a time', whole(1, 1_000_000)),
  MAX_LIVE_READERS_PER_ADDRESS: setting('100', 'of these, from one address', whole(1, 1_000_000)),
  LOG_LEVEL: setting('info', `least level logged: ${LOG_LEVELS.join(', ')}`, oneOf(LOG_LEVELS)),
} satisfies Record<string, Setting<unknown>>;

type Settings = typeof SETTINGS;

/** The settings' values: durations in milliseconds. */
export type Config = { readonly [Name in keyof Settings]: ReturnType<Settings[Name]['read']> };

/** @throws SetupError that names the variable, and never shows its value. */
export function readConfig(environment: NodeJS.ProcessEnv = process.env): Config {
  const entries = Object.entries<Setting<unknown>>(SETTINGS).map(
    ([name, { fallback, read, emptyIsWrong, alias = name }]) => {
      const given = environment[alias] ?? environment[name];
      const text = given === '' && !emptyIsWrong ? fallback : (given ?? fallback);
      try {
        return [name, text === undefined ? undefined : read(text)];
      } catch (error) {
        throw new SetupError(`${name} ${error instanceof Error ? error.message : 'is wrong'}`);
      }
    },
  );
  return Object.fromEntries(entries) as Config;
}

/** The proxies, as the client for outgoing requests wants them. */
export function proxiesOf({ HTTP_PROXY, HTTPS_PROXY, NO_PROXY }: Config) {
  return { http: HTTP_PROXY, https: HTTPS_PROXY, except: NO_PROXY };
}

/** A setting a line, with its meaning and what stands for an unset one: for `--help`. */
export function describeSettings(): string {
  return Object.entries<Setting<unknown>>(SETTINGS)
    .map(
      ([name, { fallback, meaning }]) => `  ${name.padEnd(30)}${meaning}${fallback ? ` (${fallback})` : ''}`,
    )
    .join('\n');
}
