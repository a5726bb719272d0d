import { after, type TestContext } from 'node:test';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { CHROMIUM, launchChromium } from '../../../scripts/chromium.ts';

if (!CHROMIUM && process.env['CI']) throw new Error('with CI set, Chromium has to be here');

/** For a test's options: skips it, visibly, where there is no Chromium. */
export const needsChromium = { skip: CHROMIUM === undefined && 'there is no Chromium here' };

export interface Visit {
  readonly page: Page;
  /** What the console and the network complained of, and requests to other hosts. */
  readonly complaints: string[];
}

export interface VisitOptions extends BrowserContextOptions {
  /** JavaScript that runs in the page before anything of its own does. */
  readonly script?: string;
}

let shared: Promise<Browser> | undefined;
// Of the file: one browser serves all of its tests.
after(async () => (await shared)?.close());

/** A page in a real Chromium, in a context of its own (storage, cache, language), closed after the test. */
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
    // As a stream does when its page is left.
    const reason = request.failure()?.errorText;
    if (reason !== 'net::ERR_ABORTED') complaints.push(`failed: ${request.url()} (${reason})`);
  });
  await page.goto(address);
  return { page, complaints };
}
