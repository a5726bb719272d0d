import { startOf } from './charset.ts';

/** What a body is by its first bytes, whatever its type says: types are wrong in both directions. */
export type BodyKind = 'feed' | 'page' | 'json' | 'nothing' | 'unknown';

/** Licences and lists of namespaces are shorter. Characters. */
const WINDOW = 8192;

/**
 * What may be in front of the first element: a declaration and other instructions, comments, a document type. There is
 * one way only to read it: with two, as where a comment may go on past its end, as many comments would be read in 2 to
 * that power ways, and hold the loop for ever.
 */
const IN_FRONT =
  /^(?:\s|<\?(?:(?!\?>)[\s\S])*\?>|<!--(?:(?!-->)[\s\S])*-->|<!doctype\s+(?!html\b)[^>[]*(?:\[[^\]]*\]\s*)?>)*/i;

const FEED = /^<(?:[\w.-]{1,40}:)?(?:rss|feed|rdf)[\s/>]/i;
const PAGE =
  /^<(?:!doctype\s+html|(?:html|head|body|script|style|title|meta|div|h1|p|b|br|center|iframe|table)(?=[\s/>]))/i;

export function kindOf(bytes: Uint8Array): BodyKind {
  const start = startOf(bytes, WINDOW).replace(IN_FRONT, '');
  if (start === '') return bytes.length < WINDOW ? 'nothing' : 'unknown';
  if (FEED.test(start)) return 'feed';
  if (PAGE.test(start)) return 'page';
  return /^[[{]/.test(start) ? 'json' : 'unknown';
}

/** The compression that a body is in by its first bytes (RFC 1952, RFC 8878), as `Content-Encoding` calls it. */
export function compressionOf([first, second, third, fourth]: Uint8Array): 'gzip' | 'zstd' | undefined {
  if (first === 0x1f && second === 0x8b && third === 0x08) return 'gzip';
  return first === 0x28 && second === 0xb5 && third === 0x2f && fourth === 0xfd ? 'zstd' : undefined;
}
