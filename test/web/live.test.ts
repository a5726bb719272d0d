import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import type { Route } from 'playwright-core';
import { eventually } from '../support/eventually.ts';
import { assertTook } from '../support/processes/cpu-slowdown.ts';
import { serve } from '../support/processes/process.ts';
import { startTestService } from '../support/processes/service.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { snapshot, startUpstream } from '../support/upstreams/upstream.ts';
import { needsChromium } from '../support/web/browser.ts';
import { serviceSaying, threeHours, visitPage } from '../support/web/page.ts';
import { untilDrawn, verdictOf } from '../support/web/page-probe.ts';

const RISING = [
  [30_000, 0.1],
  [31_000, 0.2],
  [32_000, 0.3],
] as const;

test('a refresh changes the page within a second, without a reload', needsChromium, async (t) => {
  const { service, upstream } = await serviceSaying(t, threeHours(RISING));
  const { page, complaints } = await visitPage(t, service.address);
  await untilDrawn(page);
  assert.equal(await verdictOf(page), 'lit');
  assert.match(await page.title(), /^Bitcoin is lit · \$32,000$/);
  await page.evaluate('window.isSame = true');
  const icon = () => page.evaluate<string>('document.querySelector("link[rel=icon]").getAttribute("href")');
  assert.equal(await icon(), '/icon-lit.svg');

  upstream.answer(JSON.stringify([snapshot(Date.now(), 10_000, -0.9)]));
  await service.post();
  const took = await eventually(
    'the page says that it is not lit',
    async () => (await verdictOf(page)) === 'not-lit',
    5000,
  );
  await assertTook(took, 1000, 'the change');
  await eventually('the title says so', async () => (await page.title()).startsWith('Bitcoin is not lit · '));
  assert.equal(await icon(), '/icon-not-lit.svg');
  await page.getByText('Price and sentiment are both falling.').waitFor();
  await eventually('the chart has the new sample', async () =>
    /−0\.[39]0/.test((await page.locator('.readout').textContent()) ?? ''),
  );
  assert.equal(await page.evaluate('window.isSame'), true);
  assert.deepEqual(complaints, []);
});

test(
  'after the service was killed and restarted, the page says so and recovers by itself',
  needsChromium,
  async (t) => {
    const env = { SOURCE: 'simulated', DATA_DIR: temporaryFolder(t), REFRESH_INTERVAL: '1s' };
    const first = await serve(t, env);
    await eventually('there is an answer', async () => (await fetch(`${first.address}/is-bitcoin-lit`)).ok);
    const { page } = await visitPage(t, first.address);
    await untilDrawn(page);
    const connection = page.locator('.connection');
    assert.equal(await connection.textContent(), 'Live');
    // The price comes first.
    await eventually('there is a sentiment', async () => /lit$/.test(await verdictOf(page)));

    first.child.kill('SIGKILL');
    await first.ended;
    await page
      .locator('.notices .lost')
      .getByText(/^Disconnected since \d\d:\d\d\./)
      .waitFor({ timeout: 5000 });
    assert.equal(await connection.textContent(), 'Disconnected');
    assert.match(await page.title(), /^Disconnected · /);
    assert.match(await verdictOf(page), /lit$/, 'the last answer stays');

    const asOf = await page.locator('.facts dd').first().textContent();
    await serve(t, { ...env, PORT: new URL(first.address).port });
    await eventually('the page is back', async () => (await connection.textContent()) === 'Live');
    assert.equal(await page.locator('.notices .lost').count(), 0);
    assert.ok(asOf);
  },
);

test('a hidden page has no stream, and catches up when visible', needsChromium, async (t) => {
  const { service, upstream } = await serviceSaying(t, threeHours(RISING));
  const { page, complaints } = await visitPage(t, service.address);
  await untilDrawn(page);
  const see = (state: 'hidden' | 'visible') =>
    page.evaluate(`Object.defineProperty(document, 'visibilityState', { value: '${state}', configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));`);
  const readers = () => service.events.filter(({ type }) => type === 'live_readers').at(-1);
  await see('hidden');
  await eventually('the stream is closed', () => {
    const last = readers();
    return last?.type === 'live_readers' && last.count === 0;
  });
  upstream.answer(JSON.stringify([snapshot(Date.now(), 10_000, -0.9)]));
  await service.post();
  assert.equal(await verdictOf(page), 'lit', 'nothing came to the hidden page');
  await see('visible');
  await eventually('it has caught up', async () => (await verdictOf(page)) === 'not-lit');
  assert.equal(await page.locator('.connection').textContent(), 'Live');
  assert.deepEqual(complaints, []);
});

test('without a stream, the page polls the answer', needsChromium, async (t) => {
  const { service } = await serviceSaying(t, threeHours(RISING));
  const { page } = await visitPage(t, service.address, {
    script: `const Stream = EventSource;
      window.EventSource = class extends Stream { constructor() { super('/health/live'); } };
      window.seen = new Set();
      const note = () => seen.add(document.querySelector('.connection')?.textContent);
      addEventListener('DOMContentLoaded', () =>
        new MutationObserver(note).observe(document.body, { subtree: true, childList: true, characterData: true }));`,
  });
  await eventually('the answer is there', async () => (await verdictOf(page)) === 'lit');
  await eventually(
    'it says how',
    async () => (await page.locator('.connection').textContent()) === 'Updates every 30 s',
  );
  const seen = await page.evaluate<string[]>('[...seen]');
  assert.ok(seen.includes('Updates every 30 s') && !seen.includes('Disconnected'), seen.join());
});

test(
  'a service that rejects all requests while it starts is retried within seconds',
  needsChromium,
  async (t) => {
    const { service } = await serviceSaying(t, threeHours(RISING));
    const { page } = await visitPage(t, service.address);
    await eventually('the answer is there', async () => (await verdictOf(page)) === 'lit');
    const refuse = (route: Route) => route.fulfill({ status: 503 });
    for (const path of ['**/live', '**/is-bitcoin-lit']) await page.route(path, refuse);
    await page.reload();
    const connection = async () => (await page.locator('.connection').textContent()) ?? '';
    await eventually('it says that it is not connected', async () => (await connection()) === 'Disconnected');
    for (const path of ['**/live', '**/is-bitcoin-lit']) await page.unroute(path, refuse);
    await eventually('it is live', async () => (await connection()) === 'Live', 10_000);
    assert.equal(await verdictOf(page), 'lit');
  },
);

test('after the store is emptied, the page says so and recovers', needsChromium, async (t) => {
  const DATA_DIR = temporaryFolder(t);
  const upstream = await startUpstream(t, threeHours(RISING));
  const service = await startTestService(t, {
    DATA_DIR,
    SOURCE: 'senticrypt',
    SENTICRYPT_URL: upstream.url,
  });
  await service.post();
  const { page } = await visitPage(t, service.address);
  await untilDrawn(page);
  {
    using database = new DatabaseSync(join(DATA_DIR, 'samples.sqlite'));
    database.exec('PRAGMA busy_timeout = 5000; DELETE FROM sample');
  }
  await eventually('there is no data', async () => (await verdictOf(page)) === 'empty');
  await page.getByText('Waiting for data.').waitFor();
  await eventually('the title says so', async () => (await page.title()) === 'No data');
  assert.equal(await page.locator('.connection').textContent(), 'Connected');
  await service.post();
  await eventually('the answer is back', async () => (await verdictOf(page)) === 'lit');
});

test('another problem on the stream does not remove the answer', needsChromium, async (t) => {
  const { service } = await serviceSaying(t, threeHours(RISING));
  const { page } = await visitPage(t, service.address, {
    script: `const Stream = EventSource;
      window.EventSource = class extends Stream { constructor(path) { super(path); window.stream = this; } };`,
  });
  await untilDrawn(page);
  const data = JSON.stringify({ status: 503, code: 'stopping' });
  await page.evaluate(`stream.dispatchEvent(new MessageEvent('problem', { data: '${data}' }))`);
  assert.equal(await verdictOf(page), 'lit');
});

test('if the store is emptied without a stream, the polled answer shows it', needsChromium, async (t) => {
  const { service } = await serviceSaying(t, threeHours(RISING));
  const { page } = await visitPage(t, service.address);
  await eventually('the answer is there', async () => (await verdictOf(page)) === 'lit');
  const body = JSON.stringify({ status: 503, code: 'nothing_known' });
  await page.route('**/live', (route) => route.fulfill({ status: 503 }));
  await page.route('**/is-bitcoin-lit', (route) =>
    route.fulfill({ status: 503, contentType: 'application/problem+json', body }),
  );
  await page.evaluate("dispatchEvent(new Event('online'))");
  await eventually('it says that there is no data', async () => (await verdictOf(page)) === 'empty');
  assert.equal(await page.locator('.connection').textContent(), 'Updates every 30 s');
});

test('after a long disconnection, the answer is in the past tense', needsChromium, async (t) => {
  const { service } = await serviceSaying(t, threeHours(RISING));
  const { page } = await visitPage(t, service.address);
  await eventually('the answer is there', async () => (await verdictOf(page)) === 'lit');
  // A response that came later would correct the page's clock.
  await untilDrawn(page);
  await page.locator('.places').first().waitFor({ state: 'attached' });
  await page.route(/\/(live|is-bitcoin-lit|history|sources|verdicts|track-record)\b/, (route) =>
    route.abort(),
  );
  // The page's clock advances by ten minutes while the page is disconnected.
  await page.evaluate(
    `{ const now = Date.now; Date.now = () => now() + 600_000; dispatchEvent(new Event('online')); }`,
  );
  await eventually('it is of the past', async () => (await verdictOf(page)) === 'was-lit', 30_000);
  await eventually('so is the title', async () =>
    (await page.title()).startsWith('Disconnected · Bitcoin was lit'),
  );
  assert.equal(await page.locator('.notices strong').count(), 1, 'only the connection notice');
});
