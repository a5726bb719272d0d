import type { IncomingHttpHeaders } from 'node:http';

/** A longer header is ignored: parsing 16 kB takes milliseconds. */
const MAX_HEADER_LENGTH = 1000;

/** Loaded with the first request that needs it, so that the service starts sooner. */
async function negotiate(name: 'accept' | 'accept-encoding', headers: IncomingHttpHeaders) {
  const { default: Negotiator } = await import('negotiator');
  const header = headers[name];
  const isShort = header !== undefined && header.length <= MAX_HEADER_LENGTH;
  return new Negotiator({ headers: isShort ? { [name]: header } : {} });
}

/** The media type that `Accept` prefers, the first one if there is no such header; `undefined` if it accepts none. */
export async function preferredType(
  headers: IncomingHttpHeaders,
  offers: readonly string[],
): Promise<string | undefined> {
  return (await negotiate('accept', headers)).mediaType(offers);
}

/** The encoding that `Accept-Encoding` prefers. The first offer wins a tie; without an accepted one, `identity`. */
export async function preferredEncoding<T extends string>(
  headers: IncomingHttpHeaders,
  offers: readonly T[],
): Promise<T | 'identity'> {
  const encodings = [...offers, 'identity' as const];
  const negotiator = await negotiate('accept-encoding', headers);
  const found = negotiator.encoding(encodings, { preferred: encodings });
  return encodings.find((encoding) => encoding === found) ?? 'identity';
}
