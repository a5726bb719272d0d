import { isIP } from 'node:net';
import { SOURCE_NAMES } from './domain/answer.ts';
import { SetupError } from './domain/errors.ts';
import { parseRedisAddress, type RedisAddress } from './stores/redis/address.ts';

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

/** Reads one setting's text; throws what it must be. The text itself is never shown: it may be a secret. */
type Read<T> = (text: string) => T;

interface Setting<T> {
  /** The text that stands for an unset variable; without it the setting has no value then. */
  readonly fallback: string | undefined;
  readonly meaning: string;
  readonly read: Read<T>;
  /** An empty value is an error, where to take it for an unset one would open a door. */
  readonly emptyIsWrong?: boolean;
}

const SECOND = 1000;
const DAY = 86_400_000;
const UNITS = { ms: 1, s: SECOND, m: 60 * SECOND, h: 3600 * SECOND, d: DAY } as const;

function wrong(expected: string): never {
  throw new SetupError(`must be ${expected}`);
}

function milliseconds(text: string): number {
  const [, amount, unit] = /^(\d{1,12})(ms|s|m|h|d)$/.exec(text) ?? [];
  if (amount === undefined) return text === '0' ? 0 : Number.NaN;
  return Number(amount) * UNITS[unit as keyof typeof UNITS];
}

/** A duration, in milliseconds. Bounded, since timers hold 24 days at most and fire at once above. */
function duration(least: string, most: string, zero?: 'or 0'): Read<number> {
  return (text) => {
    const length = milliseconds(text);
    if (length === 0 && zero) return 0;
    if (length >= milliseconds(least) && length <= milliseconds(most)) return length;
    return wrong(`a duration such as 30s, 5m or 2h, from ${least} to ${most}${zero ? ', or 0' : ''}`);
  };
}

function whole(least: number, most: number): Read<number> {
  return (text) => {
    const number = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    return number >= least && number <= most ? number : wrong(`a whole number from ${least} to ${most}`);
  };
}

function oneOf<const T extends string>(names: readonly T[]): Read<T> {
  return (text) => names.find((name) => name === text) ?? wrong(`one of ${names.join(', ')}`);
}

function matching(pattern: RegExp, expected: string): Read<string> {
  return (text) => (pattern.test(text) ? text : wrong(expected));
}

/** The platform's fetch takes no credentials in an address, and would say them in its error. */
const webAddress: Read<string> = (text) => {
  const url = URL.parse(text);
  const isFit = url?.hostname && ['http:', 'https:'].includes(url.protocol) && !url.username && !url.password;
  return isFit ? text : wrong('an http or https address without user name and password');
};

const REDIS_FORMS = [
  'redis://user:password@host:port/number',
  'redis+sentinel://user:password@host:port,host:port/master/number',
  'redis+cluster://user:password@host:port,host:port',
] as const;

const redisAddress: Read<RedisAddress> = (text) =>
  parseRedisAddress(text) ??
  wrong(`like ${REDIS_FORMS.join(' or ')}, with percent-encoded parts (docs/redis.md)`);

function isNetwork(text: string): boolean {
  const [ip = '', bits, ...rest] = text.split('/');
  const version = isIP(ip);
  if (version === 0 || rest.length > 0) return false;
  // To trust everybody is to believe what anybody says of himself.
  return bits === undefined || (/^[1-9]\d{0,2}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
}

function networks(text: string): readonly string[] {
  const list = text.split(',').map((part) => part.trim());
  return list.every(isNetwork)
    ? list
    : wrong('addresses or networks, such as 10.0.0.0/8, with commas between');
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
  SOURCE: setting('senticrypt', `where samples come from: ${SOURCE_NAMES.join(' or ')}`, oneOf(SOURCE_NAMES)),
  SENTICRYPT_URL: setting(
    'https://api.senticrypt.com/v1/bitcoin.json',
    'address of the SentiCrypt v1 feed',
    webAddress,
  ),
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
    ([name, { fallback, read, emptyIsWrong }]) => {
      const given = environment[name];
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

/** A setting a line, with its meaning and what stands for an unset one: for `--help`. */
export function describeSettings(): string {
  return Object.entries<Setting<unknown>>(SETTINGS)
    .map(
      ([name, { fallback, meaning }]) => `  ${name.padEnd(30)}${meaning}${fallback ? ` (${fallback})` : ''}`,
    )
    .join('\n');
}
