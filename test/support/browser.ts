import { existsSync } from 'node:fs';
import type { TestContext } from 'node:test';
import { chromium, type Page } from 'playwright-core';

const EXECUTABLE = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  existsSync,
);

if (!EXECUTABLE && process.env['CI']) throw new Error('with CI set, Chromium has to be here');

/** For a test's options: skips it, visibly, where there is no Chromium. */
export const needsChromium = { skip: EXECUTABLE === undefined && 'there is no Chromium here' };

export interface Visit {
  readonly page: Page;
  /** What the console and the network complained of, and requests to other hosts. */
  readonly complaints: readonly string[];
}

/** A page in a real Chromium, closed after the test. */
export async function visit(t: TestContext, address: string): Promise<Visit> {
  const args = [
    '--no-sandbox',
    '--disable-quic',
    '--disable-background-networking',
    '--disable-component-update',
  ];
  const browser = await chromium.launch({ executablePath: EXECUTABLE ?? '', args });
  t.after(() => browser.close());
  const page = await browser.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.protocol !== 'data:' && url.host !== new URL(address).host)
      complaints.push(`request to ${url.host}`);
  });
  page.on('requestfailed', (request) => complaints.push(`failed: ${request.url()}`));
  await page.goto(address);
  return { page, complaints };
}
