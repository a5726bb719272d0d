import { OutboundError } from './fault.ts';

/** Where redirects may lead: `same_host` also from http to https on it. */
export type RedirectPolicy = 'none' | 'same_host' | 'any_host';

const STATUSES = new Set([301, 302, 303, 307, 308]);
const MOST_REDIRECTS = 3;

/** Headers that are secrets of one host. */
const SECRETS = ['authorization', 'cookie'];

export type RequestHeaders = Readonly<Record<string, string>>;

const refused = (why: string): OutboundError =>
  new OutboundError('redirected', 'redirect_refused', `redirects ${why}`);

/** The same host by name and port, where http may have become https. */
function isSameHost(from: URL, to: URL): boolean {
  const isUpgrade = from.protocol === 'http:' && to.protocol === 'https:' && from.hostname === to.hostname;
  return from.origin === to.origin || isUpgrade;
}

export function isRedirect(status: number, policy: RedirectPolicy): boolean {
  return policy !== 'none' && STATUSES.has(status);
}

/**
 * Where a redirect leads.
 *
 * @param location the header as it came.
 * @param hops how many were followed before.
 * @throws OutboundError where it may not lead there; its message names no address, which may be a secret.
 */
export function redirectTarget(
  location: string | null,
  from: URL,
  policy: RedirectPolicy,
  hops: number,
): URL {
  if (hops >= MOST_REDIRECTS) throw refused('too many times');
  const to = location === null ? null : URL.parse(location, from);
  if (!to || (to.protocol !== 'http:' && to.protocol !== 'https:')) throw refused('to no web address');
  if (from.protocol === 'https:' && to.protocol === 'http:') throw refused('from https to http');
  if (policy === 'same_host' && !isSameHost(from, to)) throw refused('to another host');
  // Nobody here was given them.
  to.username = '';
  to.password = '';
  return to;
}

/** The headers to send on: secrets stay with their host. */
export function headersAfter(headers: RequestHeaders, from: URL, to: URL): RequestHeaders {
  if (isSameHost(from, to)) return headers;
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !SECRETS.includes(name.toLowerCase())),
  );
}
