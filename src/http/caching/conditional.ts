import { hash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';

/** The description of a 304 in a route's schema. */
export const NOT_MODIFIED = { description: 'Unchanged since the version in If-None-Match', type: 'null' };

/** Puts a hash into an entity tag. */
export const quoteHash = (base64url: string): string => `"${base64url.slice(0, 22)}"`;

/** A strong validator of a body. RFC 9110, section 8.8.3. */
export const etagOf = (body: string | Buffer): string => quoteHash(hash('sha256', body, 'base64url'));

/** The tag of a body that is sent in several encodings. RFC 9110, section 8.8.1. */
export const weak = (etag: string): string => (etag.startsWith('W/') ? etag : `W/${etag}`);

/**
 * Whether If-None-Match is `*` or lists the tag, by weak comparison. RFC 9110, sections 13.1.2 and 8.8.3.2.
 *
 * @param etag without `W/`.
 */
export function matchesEtag(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch === etag || ifNoneMatch.trim() === '*') return true;
  const tags = ifNoneMatch.match(/"[\x21\x23-\x7e\x80-\xff]*"/g);
  return tags?.includes(etag) ?? false;
}

/**
 * Removes `Content-Length` from a 304 to HEAD. The framework sends 0, but only the length of the 200 would be right (RFC
 * 9110, section 8.6), and that is not known.
 */
export function omitLengthOfNotModified(app: FastifyInstance): void {
  app.addHook('onRoute', (route) => {
    if (route.method !== 'HEAD') return;
    route.onSend = [route.onSend ?? []].flat().concat(async (_request, reply) => {
      if (reply.statusCode === 304) reply.removeHeader('content-length');
    });
  });
}
