import { isIPv6 } from 'node:net';

export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

export interface Credentials {
  readonly username?: string;
  readonly password?: string;
}

interface Common {
  /** One for a server, any number for the other kinds. */
  readonly endpoints: readonly [Endpoint, ...Endpoint[]];
  readonly hasTls: boolean;
  readonly credentials: Credentials;
  readonly database: number;
}

/** The address of a single server, of a master watched by sentinels, or of a cluster. */
export type RedisAddress =
  | (Common & { readonly kind: 'server' })
  | (Common & {
      readonly kind: 'sentinel';
      /** The name under which the sentinels watch the master. */
      readonly master: string;
      /** For the sentinels themselves. */
      readonly sentinelCredentials: Credentials;
    })
  | (Common & { readonly kind: 'cluster' });

/** Groups: protocol, kind, user name and password, hosts, path, query. */
const FORM = /^(rediss?)(?:\+(sentinel|cluster))?:\/\/(?:([^/?#]*)@)?([^/?#@]*)(\/[^?#]*)?(?:\?([^#]*))?$/i;

const HOST = /^(?:\[([^\]]+)\]|([A-Za-z0-9._-]{1,253}))(?::(\d{1,5}))?$/;

const SERVER_PORT = 6379;
const SENTINEL_PORT = 26_379;

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function endpoint(text: string, usualPort: number): Endpoint | undefined {
  const [matched, address, name, digits = String(usualPort)] = HOST.exec(text) ?? [];
  const port = Number(digits);
  if (matched === undefined || port < 1 || port > 65_535) return undefined;
  if (address !== undefined && !isIPv6(address)) return undefined;
  return { host: address ?? name ?? '', port };
}

function endpoints(text: string, usualPort: number): Common['endpoints'] | undefined {
  const [first, ...rest] = text.split(',').map((one) => endpoint(one, usualPort));
  const others = rest.filter((one) => one !== undefined);
  return first && others.length === rest.length ? [first, ...others] : undefined;
}

/** Returns `undefined` for invalid encoding, or for a user without a password, whom the client would not send. */
function credentials(user: string, secret: string): Credentials | undefined {
  const [username, password] = [decode(user), decode(secret)];
  if (username === undefined || password === undefined) return undefined;
  if (password === '') return username === '' ? {} : undefined;
  return { ...(username !== '' && { username }), password };
}

function userInfo(text: string): Credentials | undefined {
  const colon = text.indexOf(':');
  return colon < 0 ? credentials(text, '') : credentials(text.slice(0, colon), text.slice(colon + 1));
}

/** Rejects repeated and unknown parameters, so that a typo is not ignored. A `+` is not decoded to a space. */
function sentinelCredentials(query: string): Credentials | undefined {
  const given = new Map<string, string>();
  for (const pair of query === '' ? [] : query.split('&')) {
    const [, name = '', value = ''] = /^(sentinel_user|sentinel_password)=(.*)$/.exec(pair) ?? [];
    if (name === '' || given.has(name)) return undefined;
    given.set(name, value);
  }
  return credentials(given.get('sentinel_user') ?? '', given.get('sentinel_password') ?? '');
}

/**
 * Parses an address without `URL`, which does not allow several hosts:
 *
 *     redis://user:password@host:port/number
 *     redis+sentinel://user:password@host:port,host:port/master/number?sentinel_user=…&sentinel_password=…
 *     redis+cluster://user:password@host:port,host:port
 *
 * `rediss` instead of `redis` uses TLS. User names and passwords are percent-encoded, IPv6 addresses are in brackets.
 *
 * @returns `undefined` if the text is not a valid address.
 */
export function parseRedisAddress(text: string): RedisAddress | undefined {
  const [, protocol, form, user = '', hosts = '', path = '', query = ''] = FORM.exec(text.trim()) ?? [];
  const kind = form?.toLowerCase() ?? 'server';
  const found = endpoints(hosts, kind === 'sentinel' ? SENTINEL_PORT : SERVER_PORT);
  const forServer = userInfo(user);
  if (!protocol || !found || !forServer) return undefined;
  const common = { endpoints: found, hasTls: protocol.toLowerCase() === 'rediss', credentials: forServer };

  if (kind === 'sentinel') {
    const [, master, digits = '0'] = /^\/([\w.-]{1,100})(?:\/(\d{1,5})?)?$/.exec(path) ?? [];
    const forSentinels = sentinelCredentials(query);
    if (master === undefined || !forSentinels) return undefined;
    return { ...common, kind, database: Number(digits), master, sentinelCredentials: forSentinels };
  }
  const [matched, digits = '0'] = /^(?:\/(\d{1,5})?)?$/.exec(path) ?? [];
  const database = Number(digits);
  if (matched === undefined || query !== '') return undefined;
  // A cluster has one database.
  if (kind === 'cluster') return database === 0 ? { ...common, kind, database } : undefined;
  return found.length === 1 ? { ...common, kind: 'server', database } : undefined;
}
