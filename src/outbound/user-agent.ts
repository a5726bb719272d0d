import { VERSION } from '../domain/version.ts';

/** What the service calls itself; Coinbase, among others, refuses requests without such a name. */
export const USER_AGENT = `is-bitcoin-lit/${VERSION}`;
