import { hash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';

/** A strong validator: a hash of the bytes. RFC 9110, section 8.8.3. */
export function etagOf(body: string | Buffer): string {
  return `"${hash('sha256', body, 'base64url').slice(0, 22)}"`;
}

/** The same tag for a body that is sent in several encodings. RFC 9110, section 8.8.1. */
export const weak = (etag: string): string => (etag.startsWith('W/') ? etag : `W/${etag}`);

/**
 * Whether a client already has it, by its If-None-Match: `*`, or a list in which a tag that equals
 * ours is found by weak comparison. RFC 9110, sections 13.1.2 and 8.8.3.2.
 *
 * @param etag without `W/`.
 */
export function isKnown(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch === etag || ifNoneMatch.trim() === '*') return true;
  const tags = ifNoneMatch.match(/"[\x21\x23-\x7e\x80-\xff]*"/g);
  return tags?.includes(etag) ?? false;
}

/**
 * Removes the length from a 304 to HEAD: only that of the 200 would be right (RFC 9110, section 8.6), which is not known
 * without making it. The framework's own answers to HEAD say 0.
 */
export function omitLengthOfNotModified(app: FastifyInstance): void {
  app.addHook('onRoute', (route) => {
    if (route.method !== 'HEAD') return;
    route.onSend = [route.onSend ?? []].flat().concat(async (_request, reply) => {
      if (reply.statusCode === 304) reply.removeHeader('content-length');
    });
  });
}
