import { createOutbound } from '../../../src/outbound/client.ts';

/** The HTTP client of tests without a service: without a proxy. Idle connections do not keep the process running. */
export const outbound = createOutbound();
