import type { FastifyRequest } from 'fastify';
import { HttpError } from './problem.ts';

/** Whether an `Origin` has the host and port of the request. The default port may be omitted. */
function isOwnOrigin(origin: string, host: string): boolean {
  const own = URL.parse(`${origin.split('://', 1)}://${host}`)?.host;
  return own !== undefined && own !== '' && URL.parse(origin)?.host === own;
}

/**
 * Rejects requests that a page of another origin makes a browser send. Browsers send `Sec-Fetch-Site` over https and to this
 * machine; otherwise their `Origin` must match `Host`, or `X-Forwarded-Host` of a trusted proxy. Clients that are not
 * browsers send neither header.
 *
 * @see https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header
 */
export function rejectCrossSite({ headers, host }: FastifyRequest): void {
  const site = headers['sec-fetch-site'];
  if (site === 'same-origin' || site === 'none') return;
  const { origin } = headers;
  if (site === undefined && (origin === undefined || isOwnOrigin(origin, host))) return;
  throw new HttpError(403, 'cross_site', 'web pages of other origins cannot start a refresh');
}
