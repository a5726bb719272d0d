import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { eventually } from '../support/eventually.ts';
import { json, startTestService } from '../support/processes/service.ts';
import { EXCHANGE_NAMES } from '../support/upstreams/exchanges.ts';
import { startLiveSources } from '../support/upstreams/live-sources.ts';
import { snapshot } from '../support/upstreams/upstream.ts';
import { faultsOf } from '../support/web/axe.ts';
import { needsChromium } from '../support/web/browser.ts';
import { serviceSaying, threeHours, visitPage } from '../support/web/page.ts';
import { untilDrawn, verdictOf } from '../support/web/page-probe.ts';

const RISING = [
  [30_000, 0.1],
  [31_000, 0.2],
  [32_000, 0.3],
] as const;
const HOUR = 3_600_000;

const text = async (page: Page, selector: string): Promise<string> =>
  (await page.locator(selector).first().textContent()) ?? '';
test('lit, light theme: hours, directions, age, counts, and the disclaimer', needsChromium, async (t) => {
  const { service } = await serviceSaying(t, threeHours(RISING));
  const { page, complaints } = await visitPage(t, service.address);
  await untilDrawn(page);
  assert.equal(await verdictOf(page), 'lit');
  assert.equal(await page.getByRole('heading', { level: 1 }).textContent(), 'Bitcoin is litLıt.');
  const rows = await page.locator('.hours tbody tr').allTextContents();
  assert.deepEqual(rows, [
    'Pricerising$30,000rising $31,000rising $32,000',
    'Sentimentrising+0.10rising +0.20rising +0.30',
  ]);
  const start = Math.floor(Date.now() / HOUR) * HOUR;
  const local = new Intl.DateTimeFormat('en', {
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZone: 'Europe/Berlin',
  });
  const hours = await page.locator('.hours thead th').allTextContents();
  assert.equal(hours[2], `${local.format(start)}–now${new Date(start).toISOString().slice(11, 16)} UTC`);
  assert.match(
    await text(page, '.facts'),
    /Updated\d+ seconds? ago.*SourcesSentiCrypt.*Samples3 prices, 3 sentiment readings/,
  );
  await page.getByText('For learning and entertainment only. Not financial advice.').waitFor();
  await page.getByText(`curl ${service.address}/is-bitcoin-lit`).waitFor();
  assert.deepEqual(await faultsOf(page), []);
  assert.deepEqual(complaints, []);
});

test('no data yet: says so, and answers by itself when there is some', needsChromium, async (t) => {
  const { service, upstream } = await serviceSaying(t, '[]');
  const { page, complaints } = await visitPage(t, service.address);
  await page.getByText('Waiting for data.').waitFor();
  await page.getByText('No data for this period.').waitFor();
  assert.equal(await verdictOf(page), 'empty');
  assert.deepEqual(await faultsOf(page), []);
  upstream.answer(threeHours(RISING));
  await service.post();
  await eventually('the answer is there', async () => (await verdictOf(page)) === 'lit');
  await untilDrawn(page);
  assert.deepEqual(complaints, []);
});

test('unknown: with the reason', needsChromium, async (t) => {
  const { service } = await serviceSaying(t, threeHours([[30_000, 0.1]]));
  const { page } = await visitPage(t, service.address);
  await eventually('it is unknown', async () => (await verdictOf(page)) === 'unknown');
  await page
    .getByText('There is not enough data to tell. Price and sentiment both need at least two hours of data.')
    .waitFor();
  assert.deepEqual(await faultsOf(page), []);
});

test('stale: says so, and nothing glows', needsChromium, async (t) => {
  const old = Date.now() - 50 * HOUR;
  const body = [0, 1, 2].map((hour) => snapshot(old + hour * HOUR, 30_000 + hour, hour / 10));
  const { service } = await serviceSaying(t, JSON.stringify(body));
  const { page } = await visitPage(t, service.address);
  await page.getByText(/^Outdated: the newest data are from \w+ \d+, \d{4}, \d\d:\d\d\.$/).waitFor();
  const day = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeZone: 'Europe/Berlin' });
  const newest = Math.floor((old + 2 * HOUR) / HOUR) * HOUR;
  assert.equal(await text(page, '.hours thead td'), day.format(newest));
  await page.getByRole('button', { name: 'Show all data' }).click();
  await untilDrawn(page);
  assert.equal(await page.getByTitle('All').getAttribute('aria-pressed'), 'true');
  assert.equal(await verdictOf(page), 'was-lit');
  assert.equal(await page.getByRole('heading', { level: 1 }).textContent(), 'Bitcoin was litWas lit.');
  assert.equal(await page.locator('.flame').count(), 0, 'what is past does not burn');
  assert.equal(await page.locator('.field').getAttribute('data-dim'), 'true');
  await eventually('the icon does not burn', () =>
    page.evaluate<boolean>('document.querySelector("link[rel=icon]").href.endsWith("/icon-unknown.svg")'),
  );
  assert.deepEqual(await faultsOf(page), []);
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`old and ${colorScheme}: hatched paper, past tense, and nothing moves`, needsChromium, async (t) => {
    const old = Date.now() - 50 * HOUR;
    const body = [0, 1, 2].map((hour) => snapshot(old + hour * HOUR, 30_000 + hour, hour / 10));
    const { service } = await serviceSaying(t, JSON.stringify(body));
    const { page } = await visitPage(t, service.address, { colorScheme });
    await page
      .getByText(/^As of \w+ \d+, \d{4}, \d\d:\d\d, price and sentiment were both rising\.$/)
      .waitFor();
    const ground = await page.evaluate<string>(
      'getComputedStyle(document.querySelector(".field")).backgroundImage',
    );
    assert.match(ground, /^repeating-linear-gradient\(135deg/);
    assert.equal(ground.match(/linear-gradient/g)?.length, 1, 'no glow is under the hatching');
    assert.equal(await page.evaluate('document.getAnimations().length'), 0);
    assert.equal(await text(page, '.connection'), 'Connected');
    assert.match(await page.title(), /^Outdated · Bitcoin was lit · /);
    assert.doesNotMatch(await text(page, '.hours'), /now/);
    assert.doesNotMatch(await text(page, '.facts'), /progress/);
    assert.doesNotMatch(await text(page, '.notices [role=status]'), /ago/, 'the announced text has no age');
  });
}

test('hours that differ by little have different texts beside their arrows', needsChromium, async (t) => {
  const close = [30_000.001, 30_000.002, 30_000.003].map(
    (price, hour) => [price, 0.12401 + hour / 50_000] as const,
  );
  const { service } = await serviceSaying(t, threeHours(close));
  const { page } = await visitPage(t, service.address);
  await untilDrawn(page);
  const cells = await page.locator('.hours tbody td').allTextContents();
  assert.equal(new Set(cells.map((cell) => cell.replace(/^[a-z]+ /, ''))).size, 6, cells.join());
});

test('invalid sources are shown as not available', needsChromium, async (t) => {
  const { service } = await serviceSaying(t, threeHours(RISING));
  const { page, complaints } = await visitPage(t, service.address, {
    script: `const ask = window.fetch;
      const nonsense = { price: [], sentiment: { feeds: [], headlines: [{ published: 'never', because: [] }] } };
      window.fetch = (path, options) => path === '/sources' ? Promise.resolve(Response.json(nonsense)) : ask(path, options);`,
  });
  await page.getByText('Source status is currently unavailable.').waitFor();
  await untilDrawn(page);
  assert.deepEqual(complaints, []);
});

test('simulated: says so beside the answer', needsChromium, async (t) => {
  const service = await startTestService(t, { SOURCE: 'simulated' });
  await service.post();
  const { page } = await visitPage(t, service.address);
  await page.locator('.field').getByText('Simulated data: this market is not real.').waitFor();
});

test(
  'failing sources are named with the reason; headlines have scores and reasons',
  needsChromium,
  async (t) => {
    const { environment, exchanges, feeds } = await startLiveSources(t);
    exchanges.kraken.fault = { type: 'status', status: 451 };
    feeds[1]?.answer((_request, response) => response.writeHead(500).end());
    const service = await startTestService(t, environment);
    await service.post();
    await eventually('headlines are known', async () => {
      const { sentiment } = await json(service.get('/sources'));
      return sentiment.headlines.length > 8 && sentiment.count > 0;
    });
    const { page, complaints } = await visitPage(t, service.address);
    await page
      .locator('.notices')
      .getByText(/^Some sources are failing: kraken, /)
      .waitFor();
    const all = EXCHANGE_NAMES.length;
    assert.match(await text(page, '.facts'), new RegExp(`${all - 1} of ${all} exchanges, 3 of 4 news feeds`));
    await page
      .locator('.places')
      .getByText(/answered 451; next request after/)
      .waitFor();
    const headlines = page.locator('.headlines ol > li');
    assert.equal(await headlines.count(), 8);
    await page.getByRole('button', { name: /^Show \d+ more$/ }).click();
    assert.ok((await headlines.count()) > 8);
    const scored = page.locator('.headlines ol > li', { has: page.locator('.because') }).first();
    assert.match(
      (await scored.textContent()) ?? '',
      /^[+−]\d\.\d\d.*(positive|negative|neutral).*[+−]\d\.\d\d$/,
    );
    assert.deepEqual(await faultsOf(page), []);
    assert.deepEqual(complaints, []);
  },
);

test('behind a firewall: unreachable sources, each with the reason and advice', needsChromium, async (t) => {
  const service = await startTestService(t, { SOURCE: 'live' });
  assert.notEqual((await service.post()).status, 200);
  const { page } = await visitPage(t, service.address);
  const exchanges = EXCHANGE_NAMES.length;
  await page
    .getByText(`The service is running but cannot reach any of its ${exchanges + 1} data sources.`)
    .waitFor();
  assert.equal(await verdictOf(page), 'empty');
  assert.equal(await text(page, '.connection'), 'Connected', 'it is not said to be live');
  assert.match(await text(page, '.facts'), new RegExp(`0 of ${exchanges} exchanges, 0 of 1 news feed`));
  const places = await page.locator('.places li').allTextContents();
  assert.equal(places.length, exchanges + 1);
  for (const place of places) assert.match(place, /failing.*(cannot be reached|refused|failed|reach)/);
  const steps = await page.locator('.troubleshooting li').allTextContents();
  for (const what of ['HTTPS_PROXY', 'firewall', 'npx is-bitcoin-lit doctor'])
    assert.ok(
      steps.some((step) => step.includes(what)),
      what,
    );
  const [list, screen] = [await page.locator('.troubleshooting').boundingBox(), page.viewportSize()];
  assert.ok(list && screen && list.y + list.height < screen.height, 'what to do is seen at once');
  assert.deepEqual(await faultsOf(page), []);
});
