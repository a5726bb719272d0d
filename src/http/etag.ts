import { hash } from 'node:crypto';

/** A strong validator: a hash of the bytes. RFC 9110, section 8.8.3. */
export function etagOf(body: string | Buffer): string {
  return `"${hash('sha256', body, 'base64url').slice(0, 22)}"`;
}

/**
 * Whether a client already has it, by its If-None-Match: `*`, or a list in which a tag that equals
 * ours is found by weak comparison. RFC 9110, sections 13.1.2 and 8.8.3.2.
 */
export function isKnown(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch === etag || ifNoneMatch.trim() === '*') return true;
  const tags = ifNoneMatch.match(/"[\x21\x23-\x7e\x80-\xff]*"/g);
  return tags?.includes(etag) ?? false;
}
