import { isIP } from 'node:net';
import { SetupError } from '../domain/errors.ts';
import { DAY, MINUTE } from '../domain/time/bucket-width.ts';
import { HOUR } from '../domain/time/time.ts';
import { parseRedisAddress, type RedisAddress } from '../stores/redis/connection/address.ts';

/** Parses a setting. Throws what its value must be, and never shows the value, which may be a secret. */
export type Parse<T> = (text: string) => T;

const UNITS = { ms: 1, s: 1000, m: MINUTE, h: HOUR, d: DAY } as const;

export function invalid(expected: string): never {
  throw new SetupError(`must be ${expected}`);
}

function milliseconds(text: string): number {
  const [, amount, unit] = /^(\d{1,12})(ms|s|m|h|d)$/.exec(text) ?? [];
  if (amount === undefined) return text === '0' ? 0 : Number.NaN;
  return Number(amount) * UNITS[unit as keyof typeof UNITS];
}

/** Parses a duration into milliseconds. Limited, because timers fire at once if set to more than 24 days. */
export function duration(min: string, max: string, zero?: 'or 0'): Parse<number> {
  return (text) => {
    const length = milliseconds(text);
    if (length === 0 && zero) return 0;
    if (length >= milliseconds(min) && length <= milliseconds(max)) return length;
    return invalid(`a duration such as 30s, 5m or 2h, from ${min} to ${max}${zero ? ', or 0' : ''}`);
  };
}

export function integer(min: number, max: number): Parse<number> {
  return (text) => {
    const number = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    return number >= min && number <= max ? number : invalid(`a whole number from ${min} to ${max}`);
  };
}

export function oneOf<const T extends string>(names: readonly T[]): Parse<T> {
  return (text) => names.find((name) => name === text) ?? invalid(`one of ${names.join(', ')}`);
}

export function matching(pattern: RegExp, expected: string): Parse<string> {
  return (text) => (pattern.test(text) ? text : invalid(expected));
}

/** Rejects credentials, which would not be sent. */
export const webUrl: Parse<string> = (text) => {
  const url = URL.parse(text);
  const isValid =
    url?.hostname && ['http:', 'https:'].includes(url.protocol) && !url.username && !url.password;
  return isValid ? text : invalid('an http or https URL without a user name or password');
};

/** The scheme is optional, as in other programs. User name and password are those of the proxy. */
export const proxyUrl: Parse<string> = (text) => {
  const full = text.includes('://') ? text : `http://${text}`;
  const url = URL.parse(full);
  return url?.hostname && ['http:', 'https:'].includes(url.protocol)
    ? full
    : invalid('the http or https URL of a proxy, such as http://127.0.0.1:7890');
};

export const REDIS_FORMS = [
  'redis://user:password@host:port/number',
  'redis+sentinel://user:password@host:port,host:port/master/number',
  'redis+cluster://user:password@host:port,host:port',
] as const;

export const redisUrl: Parse<RedisAddress> = (text) =>
  parseRedisAddress(text) ??
  invalid(`like ${REDIS_FORMS.join(' or ')}, with special characters percent-encoded (see docs/redis.md)`);

function isNetwork(text: string): boolean {
  const [ip = '', bits, ...rest] = text.split('/');
  const version = isIP(ip);
  if (version === 0 || rest.length > 0) return false;
  // With /0, every client could choose its own address.
  return bits === undefined || (/^[1-9]\d{0,2}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
}

export function networks(text: string): readonly string[] {
  const list = text.split(',').map((part) => part.trim());
  return list.every(isNetwork)
    ? list
    : invalid('IP addresses or networks such as 10.0.0.0/8, separated by commas');
}
