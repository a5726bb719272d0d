import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startTestService } from '../support/processes/service.ts';
import { needsChromium, visit } from '../support/web/browser.ts';

test('/docs shows and tries the API under its policy, without errors', needsChromium, async (t) => {
  const service = await startTestService(t, { SOURCE: 'simulated' });
  await service.post();
  const { page, complaints } = await visit(t, new URL('/', service.address).href);
  await page.getByRole('link', { name: 'API documentation' }).click();
  await page.getByText('/is-bitcoin-lit', { exact: true }).click();
  await page.getByRole('button', { name: 'Try it out' }).click();
  await page.getByRole('button', { name: 'Execute' }).click();
  await page.getByText('"source": "simulated"').first().waitFor();
  if (process.env['SCREENSHOT']) await page.screenshot({ path: process.env['SCREENSHOT'], fullPage: true });
  assert.deepEqual(complaints, []);
});
