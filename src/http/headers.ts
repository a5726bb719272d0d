import type { SourceName } from '../domain/answer.ts';

/** The headers of every response: by default, browsers must not frame, sniff or run it. */
export function commonHeaders(source: SourceName): Readonly<Record<string, string>> {
  return {
    'Data-Source': source,
    'X-Content-Type-Options': 'nosniff',
    'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
    'Referrer-Policy': 'no-referrer',
  };
}

/** Every page may read the responses to GET and HEAD, and these headers. */
export const CORS_HEADERS: Readonly<Record<string, string>> = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Expose-Headers': 'ETag, Data-Source, Link, Retry-After, X-Request-Id',
};

/** For the preflight request before a GET with headers such as If-None-Match. */
export const PREFLIGHT_HEADERS: Readonly<Record<string, string>> = {
  ...CORS_HEADERS,
  'Access-Control-Allow-Methods': 'GET, HEAD',
  'Access-Control-Allow-Headers': '*',
  'Access-Control-Max-Age': '86400',
};
