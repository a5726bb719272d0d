import type { SourceName } from '../domain/answer.ts';

/** On every answer. Nothing of an API is to be framed, sniffed, run or followed. */
export function commonHeaders(source: SourceName): Readonly<Record<string, string>> {
  return {
    'Data-Source': source,
    'X-Content-Type-Options': 'nosniff',
    'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
    'Referrer-Policy': 'no-referrer',
  };
}

/** On every answer to GET and HEAD: every page may read it, with the headers that tell something. */
export const CORS_HEADERS: Readonly<Record<string, string>> = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Expose-Headers': 'ETag, Data-Source, Retry-After, X-Request-Id',
};

/** For browsers that ask before a GET with headers of its own, such as If-None-Match. */
export const PREFLIGHT_HEADERS: Readonly<Record<string, string>> = {
  ...CORS_HEADERS,
  'Access-Control-Allow-Methods': 'GET, HEAD',
  'Access-Control-Allow-Headers': '*',
  'Access-Control-Max-Age': '86400',
};
