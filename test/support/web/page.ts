import type { TestContext } from 'node:test';
import { startTestService, type TestService } from '../processes/service.ts';
import { snapshot, startUpstream, type Upstream } from '../upstreams/upstream.ts';
import { type Visit, type VisitOptions, visit } from './browser.ts';
import { PROBE } from './page-probe.ts';

const HOUR = 3_600_000;

/** Opens the page of a service with the probe. */
export function visitPage(t: TestContext, address: string, options: VisitOptions = {}): Promise<Visit> {
  return visit(t, new URL('/', address).href, {
    locale: 'en-US',
    timezoneId: 'Europe/Berlin',
    ...options,
    script: PROBE + (options.script ?? ''),
  });
}

/** Three hours that end now in SentiCrypt's format, each with a price and a sentiment. */
export function threeHours(hours: readonly (readonly [price: number, sentiment: number])[]): string {
  const now = Date.now() - 1000;
  const first = hours.length - 1;
  return JSON.stringify(
    hours.map(([price, sentiment], index) => snapshot(now - (first - index) * HOUR, price, sentiment)),
  );
}

/** Starts a service whose source sends this body, and refreshes once. */
export async function serviceSaying(
  t: TestContext,
  body: string,
): Promise<{ service: TestService; upstream: Upstream }> {
  const upstream = await startUpstream(t, body);
  const service = await startTestService(t, { SOURCE: 'senticrypt', SENTICRYPT_URL: upstream.url });
  if (body !== '[]') await service.post();
  return { service, upstream };
}
