import type { LookupAddress, LookupAllOptions } from 'node:dns';
import { isIP, type LookupFunction, type Socket } from 'node:net';
import { buildConnector, type Dispatcher, EnvHttpProxyAgent } from 'undici';
import { OutboundError } from './fault.ts';

/** `lookup` of `node:dns`, for all addresses. */
type Resolve = (
  hostname: string,
  options: LookupAllOptions,
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/** As in `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY`. */
interface Proxies {
  readonly http: string | undefined;
  readonly https: string | undefined;
  readonly except: string | undefined;
}

/** The first two do not occur through a proxy, which resolves and connects itself. */
type OutboundEvent =
  | { readonly type: 'resolved'; readonly host: string; readonly addresses: readonly string[] }
  /** With a TLSSocket if the origin is `https:`. */
  | { readonly type: 'connected'; readonly origin: string; readonly socket: Socket }
  | {
      readonly type: 'failed';
      readonly host: string;
      readonly isViaProxy: boolean;
      readonly error: OutboundError;
    };

export interface DispatcherOptions {
  readonly proxies: Proxies;
  readonly resolve: Resolve;
  readonly isPrivate: (address: string) => boolean;
  readonly observe: (event: OutboundEvent) => void;
}

/** With what is known about connections without a proxy. */
export interface DispatcherContext extends DispatcherOptions {
  /** Whether a configured host has only private addresses. A host that was public once stays public. */
  readonly hosts: Map<string, 'public' | 'private'>;
  /** The number of connection attempts in progress, by origin. An origin stays in the map after its first attempt. */
  readonly pending: Map<string, number>;
  /** The errors of connection attempts. */
  readonly errors: WeakSet<Error>;
}

/** Entries of each map. Only redirects to ever new hosts can reach this limit. */
const MAX_ENTRIES = 1000;

/** Sets an entry, and deletes the oldest one if there are too many. */
function remember<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > MAX_ENTRIES && oldest !== undefined) map.delete(oldest);
}

const privateAddress = (): OutboundError =>
  new OutboundError('redirected', 'private_address', 'leads to a private address');

type SelectAllowed = (host: string, addresses: readonly string[]) => readonly string[];

/** Selects the public addresses of a host, or the private ones if it never had others and those are allowed. */
function allowedAddresses({ isPrivate, hosts }: DispatcherContext, isPublicOnly: boolean): SelectAllowed {
  return (host, addresses) => {
    const publicOnes = addresses.filter((address) => !isPrivate(address));
    if (isPublicOnly) return publicOnes;
    if (publicOnes.length > 0) remember(hosts, host, 'public');
    else if (addresses.length > 0 && !hosts.has(host)) remember(hosts, host, 'private');
    return hosts.get(host) === 'public' ? publicOnes : addresses;
  };
}

/** Passes on only allowed addresses, so the checked addresses are the ones that are connected to. */
function checkedLookup(
  { resolve, observe }: DispatcherOptions,
  selectAllowed: SelectAllowed,
): LookupFunction {
  return (host, options, callback) =>
    resolve(host, { ...options, all: true }, (error, found) => {
      if (error) return callback(error, []);
      const addresses = found.map(({ address }) => address);
      observe({ type: 'resolved', host, addresses });
      const allowed = selectAllowed(host, addresses);
      const selected = found.filter(({ address }) => allowed.includes(address));
      const [first] = selected;
      if (!first) return callback(privateAddress(), []);
      if (options.all) callback(null, selected);
      else callback(null, first.address, first.family);
    });
}

function createConnector(context: DispatcherContext, isPublicOnly: boolean): buildConnector.connector {
  const { pending, errors, observe } = context;
  const selectAllowed = allowedAddresses(context, isPublicOnly);
  const connect = buildConnector({ lookup: checkedLookup(context, selectAllowed), allowH2: false });
  const addPending = (origin: string, change: 1 | -1) =>
    remember(pending, origin, (pending.get(origin) ?? 0) + change);
  return (target, callback) => {
    const { hostname, host, protocol } = target;
    const { origin } = new URL(`${protocol}//${host ?? hostname}`);
    addPending(origin, 1);
    const fail = (error: Error): void => {
      addPending(origin, -1);
      errors.add(error);
      callback(error, null);
    };
    // An IP address needs no lookup.
    if (isIP(hostname) > 0 && selectAllowed(hostname, [hostname]).length === 0) return fail(privateAddress());
    // Returned so that undici can end an attempt that nobody waits for.
    return connect(target, (error, socket) => {
      if (error) return fail(error);
      addPending(origin, -1);
      observe({ type: 'connected', origin, socket });
      callback(null, socket);
    });
  };
}

/** @param isPublicOnly rejects private addresses, even of hosts that have no others. */
export function createDispatcher(context: DispatcherContext, isPublicOnly: boolean): Dispatcher {
  const { http, https, except } = context.proxies;
  return new EnvHttpProxyAgent({
    // If one is undefined, undici reads the environment.
    httpProxy: http ?? '',
    httpsProxy: https ?? '',
    noProxy: except ?? '',
    connect: createConnector(context, isPublicOnly),
    allowH2: false,
  });
}
