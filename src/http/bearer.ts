import { hash, timingSafeEqual } from 'node:crypto';
import { HttpError } from './problem.ts';

const digest = (text: string): Buffer => hash('sha256', text, 'buffer');

/** Lets only those pass who show the token (RFC 6750); compared in a time that tells nothing of it. */
export function requireBearer(token: string): (authorization: string | undefined) => void {
  const expected = digest(token);
  return (authorization = '') => {
    const [, given = ''] = /^Bearer +(\S+) *$/i.exec(authorization) ?? [];
    if (timingSafeEqual(digest(given), expected)) return;
    const challenge = given ? 'Bearer error="invalid_token"' : 'Bearer';
    throw new HttpError(401, 'unauthorised', 'a refresh asks for the bearer token of this service', {
      headers: { 'WWW-Authenticate': challenge },
    });
  };
}
