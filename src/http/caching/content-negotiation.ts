import type { IncomingHttpHeaders } from 'node:http';

/** Longer headers are ignored, because parsing 16 kB takes milliseconds. */
const MAX_HEADER_LENGTH = 1000;

/** Loads the package with the first request that needs it, so that the service starts sooner. */
async function createNegotiator(name: 'accept' | 'accept-encoding', headers: IncomingHttpHeaders) {
  const { default: Negotiator } = await import('negotiator');
  const header = headers[name];
  const isShort = header !== undefined && header.length <= MAX_HEADER_LENGTH;
  return new Negotiator({ headers: isShort ? { [name]: header } : {} });
}

/** The media type that `Accept` prefers: the first offer without the header, `undefined` if it accepts none. */
export async function preferredType(
  headers: IncomingHttpHeaders,
  offers: readonly string[],
): Promise<string | undefined> {
  return (await createNegotiator('accept', headers)).mediaType(offers);
}

/** The encoding that `Accept-Encoding` prefers. The first offer wins a tie; `identity` if no offer is accepted. */
export async function preferredEncoding<T extends string>(
  headers: IncomingHttpHeaders,
  offers: readonly T[],
): Promise<T | 'identity'> {
  const encodings = [...offers, 'identity' as const];
  const negotiator = await createNegotiator('accept-encoding', headers);
  const found = negotiator.encoding(encodings, { preferred: encodings });
  return encodings.find((encoding) => encoding === found) ?? 'identity';
}
