import { hash, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { clientNetwork } from './clients/network.ts';
import { createWrongTokens } from './limits/wrong-tokens.ts';
import { HttpError } from './problem.ts';

const digest = (text: string): Buffer => hash('sha256', text, 'buffer');

/**
 * Lets only those pass who show the token (RFC 6750), compared in a time that says nothing about it. An address that has shown
 * too many wrong ones is refused for a while, whatever it shows then: otherwise it could go on guessing.
 */
export function requireBearer(token: string, clock: () => number): (request: FastifyRequest) => void {
  const expected = digest(token);
  const wrongTokens = createWrongTokens();
  return (request) => {
    const [, given = ''] = /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? '') ?? [];
    const network = clientNetwork(request);
    if (given) {
      const wait = wrongTokens.waitOf(network, clock());
      if (wait > 0) {
        const headers = { 'Retry-After': String(Math.ceil(wait / 1000)) };
        const message = 'this address has shown too many wrong tokens';
        throw new HttpError(429, 'too_many_wrong_tokens', message, { headers });
      }
      if (timingSafeEqual(digest(given), expected)) return;
      wrongTokens.note(network, clock());
    }
    const challenge = given ? 'Bearer error="invalid_token"' : 'Bearer';
    throw new HttpError(401, 'unauthorised', 'a refresh asks for the bearer token of this service', {
      headers: { 'WWW-Authenticate': challenge },
    });
  };
}
