import { readFileSync } from 'node:fs';

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));

/** What the service calls itself; Coinbase, among others, refuses requests without such a name. */
export const USER_AGENT = `is-bitcoin-lit/${version}`;
