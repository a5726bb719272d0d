import { startOf } from './charset.ts';

/** The kind of a body by its first bytes, since feeds are served as web pages and web pages as feeds. */
export type BodyKind = 'feed' | 'page' | 'json' | 'nothing' | 'unknown';

/** Enough for licences and lists of namespaces. */
const WINDOW_CHARACTERS = 8192;

/**
 * What may precede the first element: declarations and other instructions, comments, a document type. The pattern is
 * unambiguous: if a comment could match past its end, many comments would take exponential time.
 */
const PREAMBLE =
  /^(?:\s|<\?(?:(?!\?>)[\s\S])*\?>|<!--(?:(?!-->)[\s\S])*-->|<!doctype\s+(?!html\b)[^>[]*(?:\[[^\]]*\]\s*)?>)*/i;

const FEED = /^<(?:[\w.-]{1,40}:)?(?:rss|feed|rdf)[\s/>]/i;
const PAGE =
  /^<(?:!doctype\s+html|(?:html|head|body|script|style|title|meta|div|h1|p|b|br|center|iframe|table)(?=[\s/>]))/i;

export function kindOf(bytes: Uint8Array): BodyKind {
  const start = startOf(bytes, WINDOW_CHARACTERS).replace(PREAMBLE, '');
  if (start === '') return bytes.length < WINDOW_CHARACTERS ? 'nothing' : 'unknown';
  if (FEED.test(start)) return 'feed';
  if (PAGE.test(start)) return 'page';
  return /^[[{]/.test(start) ? 'json' : 'unknown';
}

/** The compression of a body by its first bytes (RFC 1952, RFC 8878), under its name in `Content-Encoding`. */
export function compressionOf([first, second, third, fourth]: Uint8Array): 'gzip' | 'zstd' | undefined {
  if (first === 0x1f && second === 0x8b && third === 0x08) return 'gzip';
  return first === 0x28 && second === 0xb5 && third === 0x2f && fourth === 0xfd ? 'zstd' : undefined;
}
