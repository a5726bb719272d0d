import type { TestContext } from 'node:test';
import type { Page } from 'playwright-core';
import { eventually } from '../eventually.ts';
import { startTestService } from '../processes/service.ts';
import { visitPage } from './page.ts';
import { untilDrawn } from './page-probe.ts';

/** Records the page's requests of the history from now on. */
export function historiesOf(page: Page): { from: string; to: string; bucket: string }[] {
  const asked: { from: string; to: string; bucket: string }[] = [];
  page.on('request', (request) => {
    const { pathname, searchParams } = new URL(request.url());
    if (pathname !== '/history') return;
    const get = (name: string) => searchParams.get(name) ?? '';
    asked.push({ from: get('from'), to: get('to'), bucket: get('bucket') });
  });
  return asked;
}

export async function settled(page: Page, bucket: string): Promise<void> {
  await eventually(`buckets of ${bucket} are shown`, async () => {
    const plot = page.locator('.plot');
    return (
      (await plot.getAttribute('data-bucket')) === bucket &&
      (await plot.getAttribute('data-trouble')) === null
    );
  });
}

/** Opens the page of a service with a day of simulated data, and waits until it is drawn. */
export async function simulatedPage(t: TestContext) {
  const service = await startTestService(t, { SOURCE: 'simulated' });
  await service.post();
  const visit = await visitPage(t, service.address);
  await untilDrawn(visit.page);
  return { service, ...visit };
}
