import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { eventually } from '../support/eventually.ts';
import { snapshot } from '../support/upstreams/upstream.ts';
import { faultsOf } from '../support/web/axe.ts';
import { needsChromium } from '../support/web/browser.ts';
import { serviceSaying, threeHours, visitPage } from '../support/web/page.ts';
import { untilDrawn } from '../support/web/page-probe.ts';

const RISING = [
  [30_000, 0.1],
  [31_000, 0.2],
  [32_000, 0.3],
] as const;

/** By how many pixels the page exceeds the window's width. */
const overflowOf = (page: Page): Promise<number> =>
  page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth');

for (const locale of ['en-US', 'zh-CN']) {
  test(`in ${locale} a panned chart does not make a phone scroll sideways`, needsChromium, async (t) => {
    const { service } = await serviceSaying(t, threeHours(RISING));
    const { page } = await visitPage(t, service.address, { locale, viewport: { width: 360, height: 700 } });
    await untilDrawn(page);
    for (const width of [320, 360]) {
      await page.setViewportSize({ width, height: 700 });
      await page.locator('.canvas').focus();
      for (let times = 0; times < 4; times += 1) await page.keyboard.press('Shift+ArrowLeft');
      await page.locator('.tools button').first().waitFor();
      assert.equal(await overflowOf(page), 0, `at ${width}`);
    }
  });
}

for (const [name, options] of Object.entries({
  '360 pixels wide': { viewport: { width: 360, height: 740 } },
  '2560 pixels wide': { viewport: { width: 2560, height: 1440 } },
  dark: { colorScheme: 'dark' as const },
  'with little motion': { reducedMotion: 'reduce' as const },
})) {
  test(`${name}: nothing is cut off, nothing moves, axe finds nothing`, needsChromium, async (t) => {
    const { service } = await serviceSaying(t, threeHours(RISING));
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
  test(`${width} × ${height}: the answer and the whole chart fit in the window`, needsChromium, async (t) => {
    const { service } = await serviceSaying(t, threeHours(RISING));
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
  "Chinese by the browser's language, English by choice; language and theme are remembered",
  needsChromium,
  async (t) => {
    const { service } = await serviceSaying(t, threeHours(RISING));
    const { page, complaints } = await visitPage(t, service.address, {
      locale: 'zh-CN',
      viewport: { width: 360, height: 740 },
    });
    await untilDrawn(page);
    await page.getByText('最近三个小时，价格和情绪都上升了。').waitFor();
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
    await page.getByText('Price and sentiment have both risen').waitFor();
    const theme = () => page.evaluate<string>('document.documentElement.dataset.theme');
    await page.getByRole('button', { name: 'Theme: system' }).click();
    await page.getByRole('button', { name: 'Theme: light' }).click();
    assert.equal(await theme(), 'dark');
    await page.reload();
    await page.getByText('Price and sentiment have both risen').waitFor();
    assert.equal(await theme(), 'dark');
    assert.equal(await page.evaluate('getComputedStyle(document.body).backgroundColor'), 'rgb(19, 16, 14)');
    assert.deepEqual(complaints, []);
  },
);

for (const [locale, width, known] of [
  ['en-US', 360, [0, 1, 2]],
  ['en-US', 900, [0, 1, 2]],
  ['zh-CN', 360, [0, 1, 2]],
  ['zh-CN', 1366, [0, 1, 2]],
  ['en-US', 360, [0]],
  ['zh-CN', 768, [0]],
] as const) {
  test(
    `old, ${known.length} hours, ${locale}, ${width} pixels wide: nothing moves when it comes`,
    needsChromium,
    async (t) => {
      const old = Date.now() - 50 * 3_600_000;
      const hours = known.map((hour) => snapshot(old + hour * 3_600_000, 30_000 + hour, hour / 10));
      const { service } = await serviceSaying(t, JSON.stringify(hours));
      const { page } = await visitPage(t, service.address, { locale, viewport: { width, height: 800 } });
      await eventually('it is old', async () => (await page.locator('.stale').count()) > 0);
      await eventually(
        'the chart says so',
        async () => (await page.locator('.plot-notice span').count()) > 0,
      );
      const shift = await page.evaluate<number>('probe.shift');
      t.diagnostic(`${locale} ${width}: ${shift}`);
      assert.ok(shift < 0.02, `the layout shifts by ${shift}`);
    },
  );
}
