import { OutboundError } from './fault.ts';

/** Which redirects to follow. `same_host` includes from http to https. */
export type RedirectPolicy = 'none' | 'same_host' | 'any_host';

const STATUSES = new Set([301, 302, 303, 307, 308]);
const MAX_REDIRECTS = 3;

/** Headers that must not go to another host. */
const SECRETS = ['authorization', 'cookie'];

export type RequestHeaders = Readonly<Record<string, string>>;

const refused = (why: string): OutboundError =>
  new OutboundError('redirected', 'redirect_refused', `redirects ${why}`);

/** The same host and port, or https instead of http on the default ports. */
function isSameHost(from: URL, to: URL): boolean {
  const isUpgrade = from.protocol === 'http:' && to.protocol === 'https:' && from.hostname === to.hostname;
  return from.origin === to.origin || isUpgrade;
}

export function isRedirect(status: number, policy: RedirectPolicy): boolean {
  return policy !== 'none' && STATUSES.has(status);
}

/**
 * The target of a redirect.
 *
 * @param location the header.
 * @param count how many redirects were followed before.
 * @throws OutboundError if the redirect is not allowed. The message contains no URL, which may be a secret.
 */
export function redirectTarget(
  location: string | null,
  from: URL,
  policy: RedirectPolicy,
  count: number,
): URL {
  if (count >= MAX_REDIRECTS) throw refused('too many times');
  const to = location === null ? null : URL.parse(location, from);
  if (!to || (to.protocol !== 'http:' && to.protocol !== 'https:')) throw refused('to an invalid URL');
  if (from.protocol === 'https:' && to.protocol === 'http:') throw refused('from https to http');
  if (policy === 'same_host' && !isSameHost(from, to)) throw refused('to another host');
  // The source must not choose the credentials that are sent.
  to.username = '';
  to.password = '';
  return to;
}

/** The headers after a redirect: secrets are not sent to another host. */
export function headersAfter(headers: RequestHeaders, from: URL, to: URL): RequestHeaders {
  if (isSameHost(from, to)) return headers;
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !SECRETS.includes(name.toLowerCase())),
  );
}
