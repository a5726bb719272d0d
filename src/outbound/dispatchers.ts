import type { LookupAddress, LookupAllOptions } from 'node:dns';
import { isIP, type LookupFunction, type Socket } from 'node:net';
import { buildConnector, type Dispatcher, EnvHttpProxyAgent } from 'undici';
import { OutboundError } from './fault.ts';

/** As `lookup` of `node:dns`, asked for all addresses. */
type Resolve = (
  hostname: string,
  options: LookupAllOptions,
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/** Addresses of proxies as `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY` hold them; `undefined`: none. */
interface Proxies {
  readonly http: string | undefined;
  readonly https: string | undefined;
  /** Hosts that are asked without a proxy. */
  readonly except: string | undefined;
}

/** What happens under way. Through a proxy the first two are not seen: it does both. */
type OutboundEvent =
  | { readonly type: 'resolved'; readonly host: string; readonly addresses: readonly string[] }
  /** A TLSSocket where the origin is `https:`. */
  | { readonly type: 'connected'; readonly origin: string; readonly socket: Socket }
  | {
      readonly type: 'failed';
      readonly host: string;
      readonly isViaProxy: boolean;
      readonly error: OutboundError;
    };

export interface DialOptions {
  readonly proxies: Proxies;
  readonly resolve: Resolve;
  readonly isPrivate: (address: string) => boolean;
  readonly observe: (event: OutboundEvent) => unknown;
}

/** What is known of connections made without a proxy. */
export interface Dials {
  /** Whether a configured host stands for private addresses alone. One that was public stays public. */
  readonly hosts: Map<string, 'public' | 'private'>;
  /** How many are being made, by origin. An origin is in it from its first dial on. */
  readonly pending: Map<string, number>;
  /** What they failed with. */
  readonly errors: WeakSet<Error>;
}

/** Of hosts and of origins: far more than are asked, unless a feed leads to ever new ones. */
const MOST_REMEMBERED = 1000;

/** Sets an entry, and forgets the one set longest ago where there are too many. */
function remember<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > MOST_REMEMBERED && oldest !== undefined) map.delete(oldest);
}

const privateAddress = (): OutboundError =>
  new OutboundError('redirected', 'private_address', 'leads to a private address');

type Admit = (host: string, addresses: readonly string[]) => readonly string[];

/** Of a host's addresses those that may be dialled: the public ones, or the private ones of a host that never had others. */
function admitting({ isPrivate }: DialOptions, { hosts }: Dials, isGuarded: boolean): Admit {
  return (host, addresses) => {
    const open = addresses.filter((address) => !isPrivate(address));
    if (isGuarded) return open;
    if (open.length > 0) remember(hosts, host, 'public');
    else if (addresses.length > 0 && !hosts.has(host)) remember(hosts, host, 'private');
    return hosts.get(host) === 'public' ? open : addresses;
  };
}

/** Checks the addresses that are then dialled, so that the name is not resolved again in between. */
function checkedLookup({ resolve, observe }: DialOptions, admit: Admit): LookupFunction {
  return (host, options, callback) =>
    resolve(host, { ...options, all: true }, (error, found) => {
      if (error) return callback(error, []);
      const addresses = found.map(({ address }) => address);
      observe({ type: 'resolved', host, addresses });
      const admitted = admit(host, addresses);
      const kept = found.filter(({ address }) => admitted.includes(address));
      const [first] = kept;
      if (!first) return callback(privateAddress(), []);
      if (options.all) callback(null, kept);
      else callback(null, first.address, first.family);
    });
}

function createConnector(options: DialOptions, dials: Dials, isGuarded: boolean): buildConnector.connector {
  const admit = admitting(options, dials, isGuarded);
  const dial = buildConnector({ lookup: checkedLookup(options, admit), allowH2: false });
  const count = (origin: string, by: number) =>
    remember(dials.pending, origin, (dials.pending.get(origin) ?? 0) + by);
  return (target, callback) => {
    const { hostname, host, protocol } = target;
    const { origin } = new URL(`${protocol}//${host ?? hostname}`);
    count(origin, 1);
    const fail = (error: Error): void => {
      count(origin, -1);
      dials.errors.add(error);
      callback(error, null);
    };
    // An address is dialled without a look-up.
    if (isIP(hostname) > 0 && admit(hostname, [hostname]).length === 0) return fail(privateAddress());
    // Returned for undici, which ends the dial when nobody waits for it any more.
    return dial(target, (error, socket) => {
      if (error) return fail(error);
      count(origin, -1);
      options.observe({ type: 'connected', origin, socket });
      callback(null, socket);
    });
  };
}

/** @param isGuarded only public addresses are dialled. */
export function createDispatcher(options: DialOptions, dials: Dials, isGuarded: boolean): Dispatcher {
  const { http, https, except } = options.proxies;
  return new EnvHttpProxyAgent({
    // Texts in any case: without them undici reads the environment.
    httpProxy: http ?? '',
    httpsProxy: https ?? '',
    noProxy: except ?? '',
    connect: createConnector(options, dials, isGuarded),
    allowH2: false,
  });
}
