import { createOutbound } from '../../../src/outbound/client.ts';

/** The way out of tests that do without a service: without a proxy. Connections that nobody uses keep no process. */
export const outbound = createOutbound();
