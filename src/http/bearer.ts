import { hash, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { clientNetwork } from './clients/network.ts';
import { createWrongTokens } from './limits/wrong-tokens.ts';
import { HttpError } from './problem.ts';

const digest = (text: string): Buffer => hash('sha256', text, 'buffer');

/**
 * Checks the token that a client network sent, if any.
 *
 * @throws HttpError 401 or 429.
 */
export type CheckToken = (network: string, given: string) => void | Promise<void>;

/**
 * Compares tokens in constant time. After too many wrong tokens, a client network is rejected for a while even with the right
 * one, so that it cannot continue to guess.
 */
export function createTokenCheck(token: string, clock: () => number): CheckToken {
  const expected = digest(token);
  const wrongTokens = createWrongTokens();
  return (network, given) => {
    if (given) {
      const waitMs = wrongTokens.waitMs(network, clock());
      if (waitMs > 0) {
        throw new HttpError(429, 'too_many_wrong_tokens', 'too many wrong tokens from this address', {
          headers: { 'Retry-After': String(Math.ceil(waitMs / 1000)) },
        });
      }
      if (timingSafeEqual(digest(given), expected)) return;
      wrongTokens.add(network, clock());
    }
    throw new HttpError(401, 'unauthorised', 'a refresh requires the bearer token of this service', {
      headers: { 'WWW-Authenticate': given ? 'Bearer error="invalid_token"' : 'Bearer' },
    });
  };
}

/** Requires the bearer token (RFC 6750). */
export const requireBearer = (check: CheckToken) => (request: FastifyRequest) => {
  const [, given = ''] = /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? '') ?? [];
  return check(clientNetwork(request), given);
};
