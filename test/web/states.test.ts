import assert from 'node:assert/strict';
import { test } from 'node:test';
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { needsChromium } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';
import { startOutside } from '../support/live.ts';
import { serviceSaying, threeHours, visitPage } from '../support/page.ts';
import { untilDrawn, verdictOf } from '../support/page-probe.ts';
import { json, startTestService } from '../support/service.ts';
import { snapshot } from '../support/upstream.ts';

const RISING = threeHours([
  [30_000, 0.1],
  [31_000, 0.2],
  [32_000, 0.3],
]);
const HOUR = 3_600_000;

/** What axe finds wrong, in one line each. */
async function faultsOf(page: Page): Promise<string[]> {
  // By the debugger's own door, as the policy lets no script of others in.
  await page.evaluate(axe.source);
  const results = await page.evaluate<{ id: string; nodes: { html: string; failureSummary: string }[] }[]>(
    'axe.run().then(({ violations }) => violations)',
  );
  return results.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
  );
}

/** How many pixels the page is wider than its window. */
const overflowOf = (page: Page): Promise<number> =>
  page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth');

const text = async (page: Page, selector: string): Promise<string> =>
  (await page.locator(selector).first().textContent()) ?? '';

test('lit, in light: hours, directions, age, counts, and what it is not', needsChromium, async (t) => {
  const { service } = await serviceSaying(t, RISING);
  const { page, complaints } = await visitPage(t, service.address);
  await untilDrawn(page);
  assert.equal(await verdictOf(page), 'lit');
  assert.equal(await page.getByRole('heading', { level: 1 }).textContent(), 'Bitcoin is litLıt.');
  const rows = await page.locator('.hours tbody tr').allTextContents();
  assert.deepEqual(rows, [
    'Pricerising$30,000rising $31,000rising $32,000',
    'Moodrising+0.10rising +0.20rising +0.30',
  ]);
  const start = Math.floor(Date.now() / HOUR) * HOUR;
  const local = new Intl.DateTimeFormat('en', {
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZone: 'Europe/Berlin',
  });
  const hours = await page.locator('.hours thead th').allTextContents();
  assert.equal(hours[2], `${local.format(start)}–so far${new Date(start).toISOString().slice(11, 16)} UTC`);
  assert.match(
    await text(page, '.facts'),
    /How old\d+ seconds? ago.*From whereSentiCrypt.*Based on3 prices and 3 moods/,
  );
  await page.getByText('For learning and entertainment. It is no advice.').waitFor();
  await page.getByText(`curl ${service.address}/is-bitcoin-lit`).waitFor();
  assert.deepEqual(await faultsOf(page), []);
  assert.deepEqual(complaints, []);
});

test('no data yet: said, and answered by itself when there is some', needsChromium, async (t) => {
  const { service, upstream } = await serviceSaying(t, '[]');
  const { page, complaints } = await visitPage(t, service.address);
  await page.getByText('Nothing has come in yet.').waitFor();
  await page.getByText('No data for this time.').waitFor();
  assert.equal(await verdictOf(page), 'empty');
  assert.deepEqual(await faultsOf(page), []);
  upstream.answer(RISING);
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
    .getByText('There are not yet two hours to compare, of price or of mood. To tell takes')
    .waitFor();
  assert.deepEqual(await faultsOf(page), []);
});

test('stale: said, and nothing glows', needsChromium, async (t) => {
  const old = Date.now() - 50 * HOUR;
  const body = [0, 1, 2].map((hour) => snapshot(old + hour * HOUR, 30_000 + hour, hour / 10));
  const { service } = await serviceSaying(t, JSON.stringify(body));
  const { page } = await visitPage(t, service.address);
  await page.getByText(/^Old: nothing new since \w+ \d+, \d{4}, \d\d:\d\d\.$/).waitFor();
  const day = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeZone: 'Europe/Berlin' });
  const newest = Math.floor((old + 2 * HOUR) / HOUR) * HOUR;
  const lastHour = (await page.locator('.hours thead th').last().textContent()) ?? '';
  assert.ok(lastHour.endsWith(day.format(newest)), `${lastHour} has its day`);
  await page.getByRole('button', { name: 'Show all data' }).click();
  await untilDrawn(page);
  assert.equal(await page.getByTitle('All').getAttribute('aria-pressed'), 'true');
  assert.equal(await verdictOf(page), 'lit');
  assert.equal(await page.locator('.field').getAttribute('data-dim'), 'true');
  await eventually('the icon does not burn', () =>
    page.evaluate<boolean>('document.querySelector("link[rel=icon]").href.endsWith("/icon-unknown.svg")'),
  );
  assert.deepEqual(await faultsOf(page), []);
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(
    `old and ${colorScheme}: hatched paper, told in the past, and nothing moves`,
    needsChromium,
    async (t) => {
      const old = Date.now() - 50 * HOUR;
      const body = [0, 1, 2].map((hour) => snapshot(old + hour * HOUR, 30_000 + hour, hour / 10));
      const { service } = await serviceSaying(t, JSON.stringify(body));
      const { page } = await visitPage(t, service.address, { colorScheme });
      await page.getByText(/^Price and mood had both risen by \w+ \d+, \d{4}, \d\d:\d\d\.$/).waitFor();
      const ground = await page.evaluate<string>(
        'getComputedStyle(document.querySelector(".field")).backgroundImage',
      );
      assert.match(ground, /^repeating-linear-gradient\(135deg/);
      assert.equal(ground.match(/linear-gradient/g)?.length, 1, 'no glow is under the hatching');
      assert.equal(await page.evaluate('document.getAnimations().length'), 0);
      assert.equal(await text(page, '.connection'), 'connected');
      assert.match(await page.title(), /^old · /);
      assert.doesNotMatch(await text(page, '.hours'), /so far/);
      assert.doesNotMatch(await text(page, '.facts'), /still/);
      assert.doesNotMatch(await text(page, '.notices [role=status]'), /ago/, 'what is told aloud has no age');
    },
  );
}

/** How far the word and its flame reach, in pixels, and where the table beside or below them begins. */
const EDGES = `(() => {
  const range = document.createRange();
  range.selectNodeContents(document.querySelector('.word > span:last-child'));
  const flame = document.querySelector('.flame').getBoundingClientRect();
  const { left, top } = document.querySelector('.hours').getBoundingClientRect();
  const right = Math.max(range.getBoundingClientRect().right, flame.right);
  return { right, left: left > right || top < flame.bottom ? left : innerWidth };
})()`;

const VERDICTS = {
  lit: RISING,
  'not-lit': threeHours([
    [32_000, 0.3],
    [31_000, 0.2],
    [30_000, 0.1],
  ]),
  unknown: threeHours([[30_000, 0.1]]),
  empty: '[]',
};

for (const locale of ['en-US', 'zh-CN']) {
  for (const [verdict, body] of Object.entries(VERDICTS)) {
    test(
      `${verdict} in ${locale}: the word has its room, and phones do not scroll sideways`,
      needsChromium,
      async (t) => {
        const { service } = await serviceSaying(t, body);
        const { page } = await visitPage(t, service.address, {
          locale,
          viewport: { width: 900, height: 1000 },
        });
        await eventually('the answer is there', async () => (await verdictOf(page)) === verdict);
        for (const [width, height] of [
          [900, 1000],
          [1280, 720],
          [320, 700],
          [360, 740],
        ] as const) {
          await page.setViewportSize({ width, height });
          const { right, left } = await page.evaluate<{ right: number; left: number }>(EDGES);
          assert.ok(right <= left, `at ${width} the word ends at ${right}, its room at ${left}`);
          assert.equal(await overflowOf(page), 0, `at ${width}`);
        }
        if (verdict === 'empty') return;
        await untilDrawn(page);
        for (const width of [320, 360]) {
          await page.setViewportSize({ width, height: 700 });
          await page.locator('.canvas').focus();
          for (let times = 0; times < 4; times += 1) await page.keyboard.press('Shift+ArrowLeft');
          await page.locator('.tools button').first().waitFor();
          assert.equal(await overflowOf(page), 0, `panned at ${width}`);
        }
      },
    );
  }
}

test('hours that differ by little are not written the same beside their arrows', needsChromium, async (t) => {
  const close = [30_000.001, 30_000.002, 30_000.003].map(
    (price, hour) => [price, 0.12401 + hour / 50_000] as const,
  );
  const { service } = await serviceSaying(t, threeHours(close));
  const { page } = await visitPage(t, service.address);
  await untilDrawn(page);
  const cells = await page.locator('.hours tbody td').allTextContents();
  assert.equal(new Set(cells.map((cell) => cell.replace(/^[a-z]+ /, ''))).size, 6, cells.join());
});

test('sources that make no sense are said to be not available', needsChromium, async (t) => {
  const { service } = await serviceSaying(t, RISING);
  const { page, complaints } = await visitPage(t, service.address, {
    script: `const ask = window.fetch;
      const nonsense = { price: [], sentiment: { feeds: [], headlines: [{ published: 'never', because: [] }] } };
      window.fetch = (path, options) => path === '/sources' ? Promise.resolve(Response.json(nonsense)) : ask(path, options);`,
  });
  await page.getByText('Source status is not available just now.').waitFor();
  await untilDrawn(page);
  assert.deepEqual(complaints, []);
});

test('simulated: said where the answer is', needsChromium, async (t) => {
  const service = await startTestService(t, { SOURCE: 'simulated' });
  await service.post();
  const { page } = await visitPage(t, service.address);
  await page.locator('.field').getByText('Simulated: this market is made up, none of it is real.').waitFor();
});

test('sources that fail are named, with why; headlines have scores and reasons', needsChromium, async (t) => {
  const { environment, exchanges, feeds } = await startOutside(t);
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
    .getByText(/^Some sources fail: kraken, /)
    .waitFor();
  assert.match(await text(page, '.facts'), /2 of 3 exchanges, 3 of 4 news feeds/);
  await page
    .locator('.places')
    .getByText(/answered 451; asked again after/)
    .waitFor();
  const headlines = page.locator('.headlines ol > li');
  assert.equal(await headlines.count(), 8);
  await page.getByRole('button', { name: /^Show \d+ more$/ }).click();
  assert.ok((await headlines.count()) > 8);
  const scored = page.locator('.headlines ol > li', { has: page.locator('.because') }).first();
  assert.match((await scored.textContent()) ?? '', /^[+−]\d\.\d\d.*(cheerful|gloomy|neutral).*[+−]\d\.\d\d$/);
  assert.deepEqual(await faultsOf(page), []);
  assert.deepEqual(complaints, []);
});

for (const [name, options] of Object.entries({
  '360 pixels wide': { viewport: { width: 360, height: 740 } },
  '2560 pixels wide': { viewport: { width: 2560, height: 1440 } },
  dark: { colorScheme: 'dark' as const },
  'with little motion': { reducedMotion: 'reduce' as const },
})) {
  test(`${name}: nothing is cut off, nothing moves, axe finds nothing`, needsChromium, async (t) => {
    const { service } = await serviceSaying(t, RISING);
    const { page, complaints } = await visitPage(t, service.address, options);
    await untilDrawn(page);
    assert.equal(await overflowOf(page), 0);
    assert.deepEqual(await faultsOf(page), []);
    const shift = await page.evaluate<number>('probe.shift');
    assert.ok(shift < 0.02, `the layout shifts by ${shift}`);
    const animations = await page.evaluate<number>('document.getAnimations().length');
    assert.equal(animations === 0, name === 'with little motion');
    const ground = await page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
    assert.equal(ground, name === 'dark' ? 'rgb(19, 16, 14)' : 'rgb(251, 250, 248)');
    assert.deepEqual(complaints, []);
  });
}

for (const [width, height] of [
  [1280, 720],
  [1366, 768],
  [1920, 1080],
  [2560, 1440],
] as const) {
  test(`${width} × ${height}: the answer and the whole chart in one look`, needsChromium, async (t) => {
    const { service } = await serviceSaying(t, RISING);
    const { page } = await visitPage(t, service.address, { viewport: { width, height } });
    await untilDrawn(page);
    const box = await page.locator('.plot').boundingBox();
    assert.ok(box && box.height >= 240 && box.y + box.height <= height, JSON.stringify(box));
    const foot = await page.locator('.chart-foot').boundingBox();
    assert.ok(
      foot && foot.y + foot.height <= height,
      `the chart's foot is in it too: ${JSON.stringify(foot)}`,
    );
    const flame = await page.locator('.flame').boundingBox();
    const question = await page.locator('.question').boundingBox();
    assert.ok(
      flame && question && flame.y >= question.y + question.height,
      'the flame is below the question',
    );
  });
}

test(
  'Chinese by the browser, English by choice; both are remembered, the theme too',
  needsChromium,
  async (t) => {
    const { service } = await serviceSaying(t, RISING);
    const { page, complaints } = await visitPage(t, service.address, {
      locale: 'zh-CN',
      viewport: { width: 360, height: 740 },
    });
    await untilDrawn(page);
    await page.getByText('最近三个小时，价格和情绪都在上升。').waitFor();
    await eventually('the title is Chinese', async () => (await page.title()).startsWith('比特币火了'));
    assert.equal(await page.evaluate('document.documentElement.lang'), 'zh-CN');
    assert.equal(await overflowOf(page), 0);
    assert.deepEqual(await faultsOf(page), []);
    const left = await page.evaluate<string>('document.body.innerText.match(/[A-Za-z]{3,}/g)?.join()');
    assert.match(
      left,
      /^(English|SentiCrypt|senticrypt|UTC|TradingView|Lightweight|Charts|API|CSV|curl|http|bitcoin|lit|,)+$/,
      'all is Chinese',
    );

    await page.getByRole('button', { name: 'English' }).click();
    await page.getByText('Price and mood have both risen').waitFor();
    const theme = () => page.evaluate<string>('document.documentElement.dataset.theme');
    await page.getByRole('button', { name: 'Theme: as the system' }).click();
    await page.getByRole('button', { name: 'Theme: light' }).click();
    assert.equal(await theme(), 'dark');
    await page.reload();
    await page.getByText('Price and mood have both risen').waitFor();
    assert.equal(await theme(), 'dark');
    assert.equal(await page.evaluate('getComputedStyle(document.body).backgroundColor'), 'rgb(19, 16, 14)');
    assert.deepEqual(complaints, []);
  },
);
