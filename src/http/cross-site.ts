import type { FastifyRequest } from 'fastify';
import { HttpError } from './problem.ts';

/** The host and port that a page came from, or that a request asks; `undefined` where it is none. */
function hostOf(url: string): string | undefined {
  return URL.parse(url)?.host || undefined;
}

/** Whether the page that sent a request is one of the host that it asks; its default port may be there or not. */
function isOwnOrigin(origin: string, host: string): boolean {
  const [scheme = ''] = origin.split('://', 1);
  const own = hostOf(`${scheme}://${host}`);
  return own !== undefined && hostOf(origin) === own;
}

/**
 * Refuses what a page of another origin makes a browser send. Browsers say so themselves in `Sec-Fetch-Site` where the service is
 * reached over https or on this machine; elsewhere their `Origin` has to be of the host that is asked. That is the `Host`, or
 * `X-Forwarded-Host` of a trusted proxy. What is no browser sends neither header, and passes.
 *
 * @see https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header
 */
export function refuseCrossSite({ headers, host }: FastifyRequest): void {
  const site = headers['sec-fetch-site'];
  if (site === 'same-origin' || site === 'none') return;
  const { origin } = headers;
  if (site === undefined && (origin === undefined || isOwnOrigin(origin, host))) return;
  throw new HttpError(
    403,
    'cross_site',
    'a page of another origin may not begin a refresh; a client with a token may',
  );
}
