import { after, type TestContext } from 'node:test';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { CHROMIUM, launchChromium } from '../../../scripts/chromium.ts';

if (!CHROMIUM && process.env['CI']) throw new Error('with CI set, Chromium is required');

/** Test options that skip a test, with a message, if there is no Chromium. */
export const needsChromium = { skip: CHROMIUM === undefined && 'there is no Chromium here' };

export interface Visit {
  readonly page: Page;
  /** Errors and warnings of the console, failed requests, and requests to other hosts. */
  readonly complaints: string[];
}

export interface VisitOptions extends BrowserContextOptions {
  /** JavaScript that runs before the page's own scripts. */
  readonly script?: string;
}

let shared: Promise<Browser> | undefined;
// One browser serves all tests of a file.
after(async () => (await shared)?.close());

/** Opens a page in Chromium in a new context (storage, cache, language); closed after the test. */
export async function visit(t: TestContext, address: string, options: VisitOptions = {}): Promise<Visit> {
  shared ??= launchChromium();
  const { script, ...contextOptions } = options;
  const context = await (await shared).newContext(contextOptions);
  t.after(() => context.close());
  if (script) await context.addInitScript(script);
  const page = await context.newPage();
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
  page.on('requestfailed', (request) => {
    // Leaving a page aborts its stream.
    const reason = request.failure()?.errorText;
    if (reason !== 'net::ERR_ABORTED') complaints.push(`failed: ${request.url()} (${reason})`);
  });
  await page.goto(address);
  return { page, complaints };
}
