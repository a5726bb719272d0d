import { VERSION } from '../domain/version.ts';

/** Some services, such as Coinbase, reject requests without a user agent. */
export const USER_AGENT = `is-bitcoin-lit/${VERSION}`;
