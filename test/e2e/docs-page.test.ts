import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startTestService } from '../support/processes/service.ts';
import { faultsOf } from '../support/web/axe.ts';
import { needsChromium, visit } from '../support/web/browser.ts';

test('/docs shows and tries the API under its policy, without errors', needsChromium, async (t) => {
  const service = await startTestService(t, { SOURCE: 'simulated' });
  await service.post();
  const { page, complaints } = await visit(t, new URL('/', service.address).href);
  await page.getByRole('link', { name: 'API documentation' }).click();
  await page.getByText('GET /is-bitcoin-lit').click();
  await page.getByRole('button', { name: 'Send' }).click();
  await page.getByText('"source": "simulated"').waitFor();
  assert.equal(await page.getByRole('status').textContent(), '200 OK');
  assert.match(page.url(), /\/docs#isBitcoinLit$/);
  // The fields, from the schema.
  await page.getByText('hourly_average_of_averages', { exact: true }).waitFor();
  if (process.env['SCREENSHOT']) await page.screenshot({ path: process.env['SCREENSHOT'], fullPage: true });
  assert.deepEqual(await faultsOf(page), []);
  assert.deepEqual(complaints, []);
});

test('/docs sends parameters and a token, and shows problems', needsChromium, async (t) => {
  const token = 'a-token-of-sixteen-characters';
  const service = await startTestService(t, { SOURCE: 'simulated', REFRESH_TOKEN: token });
  const { page } = await visit(t, new URL('/docs#history', service.address).href);
  await page.getByLabel('from').fill('-48h');
  await page.getByLabel('bucket').selectOption('1h');
  await page.getByRole('button', { name: 'Send' }).click();
  await page.getByText(`curl '${new URL('/history?from=-48h&bucket=1h', service.address)}'`).waitFor();
  await page.getByText('"bucket": "1h"').waitFor();
  await page.getByLabel('from').fill('yesterday');
  await page.getByRole('button', { name: 'Send' }).click();
  await page.getByText('400 Bad Request').waitFor();

  await page.goto(new URL('/docs', service.address).href);
  await page.getByText('POST /refresh').click();
  await page.getByRole('button', { name: 'Send' }).click();
  await page.getByText('401 Unauthorized').waitFor();
  await page.getByLabel('Token').fill(token);
  await page.getByRole('button', { name: 'Send' }).click();
  await page.getByText('200 OK').waitFor();
});

test('/docs shows a stream as it arrives, until it is stopped', needsChromium, async (t) => {
  const service = await startTestService(t, { SOURCE: 'simulated' });
  await service.post();
  const { page } = await visit(t, new URL('/docs#liveStream', service.address).href);
  await page.getByRole('button', { name: 'Send' }).click();
  await page.getByText('event: summary').waitFor();
  await page.getByRole('button', { name: 'Stop' }).click();
  await page.getByRole('button', { name: 'Stop' }).waitFor({ state: 'detached' });
});
