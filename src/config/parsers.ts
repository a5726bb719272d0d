import { isIP } from 'node:net';
import { SetupError } from '../domain/errors.ts';
import { DAY, MINUTE } from '../domain/time/bucket-width.ts';
import { HOUR } from '../domain/time/time.ts';
import { parseRedisAddress, type RedisAddress } from '../stores/redis/connection/address.ts';

/** Reads one setting's text; throws what it must be. The text itself is never shown: it may be a secret. */
export type Read<T> = (text: string) => T;

const UNITS = { ms: 1, s: 1000, m: MINUTE, h: HOUR, d: DAY } as const;

export function wrong(expected: string): never {
  throw new SetupError(`must be ${expected}`);
}

function milliseconds(text: string): number {
  const [, amount, unit] = /^(\d{1,12})(ms|s|m|h|d)$/.exec(text) ?? [];
  if (amount === undefined) return text === '0' ? 0 : Number.NaN;
  return Number(amount) * UNITS[unit as keyof typeof UNITS];
}

/** A duration, in milliseconds. Bounded, since timers hold 24 days at most and fire at once above. */
export function duration(least: string, most: string, zero?: 'or 0'): Read<number> {
  return (text) => {
    const length = milliseconds(text);
    if (length === 0 && zero) return 0;
    if (length >= milliseconds(least) && length <= milliseconds(most)) return length;
    return wrong(`a duration such as 30s, 5m or 2h, from ${least} to ${most}${zero ? ', or 0' : ''}`);
  };
}

export function whole(least: number, most: number): Read<number> {
  return (text) => {
    const number = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    return number >= least && number <= most ? number : wrong(`a whole number from ${least} to ${most}`);
  };
}

export function oneOf<const T extends string>(names: readonly T[]): Read<T> {
  return (text) => names.find((name) => name === text) ?? wrong(`one of ${names.join(', ')}`);
}

export function matching(pattern: RegExp, expected: string): Read<string> {
  return (text) => (pattern.test(text) ? text : wrong(expected));
}

/** Credentials in a URL would not be sent. */
export const webAddress: Read<string> = (text) => {
  const url = URL.parse(text);
  const isFit = url?.hostname && ['http:', 'https:'].includes(url.protocol) && !url.username && !url.password;
  return isFit ? text : wrong('an http or https URL without a user name or password');
};

/** The scheme may be left out, as other programs allow. User name and password are the proxy's. */
export const proxyAddress: Read<string> = (text) => {
  const full = text.includes('://') ? text : `http://${text}`;
  const url = URL.parse(full);
  return url?.hostname && ['http:', 'https:'].includes(url.protocol)
    ? full
    : wrong('the http or https URL of a proxy, such as http://127.0.0.1:7890');
};

export const REDIS_FORMS = [
  'redis://user:password@host:port/number',
  'redis+sentinel://user:password@host:port,host:port/master/number',
  'redis+cluster://user:password@host:port,host:port',
] as const;

export const redisAddress: Read<RedisAddress> = (text) =>
  parseRedisAddress(text) ??
  wrong(`like ${REDIS_FORMS.join(' or ')}, with special characters percent-encoded (see docs/redis.md)`);

function isNetwork(text: string): boolean {
  const [ip = '', bits, ...rest] = text.split('/');
  const version = isIP(ip);
  if (version === 0 || rest.length > 0) return false;
  // Trusting every address would let any client choose its own.
  return bits === undefined || (/^[1-9]\d{0,2}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
}

export function networks(text: string): readonly string[] {
  const list = text.split(',').map((part) => part.trim());
  return list.every(isNetwork)
    ? list
    : wrong('IP addresses or networks such as 10.0.0.0/8, separated by commas');
}
