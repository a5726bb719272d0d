import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from '../support/eventually.ts';
import { startTestService } from '../support/processes/service.ts';
import { faultsOf } from '../support/web/axe.ts';
import { needsChromium } from '../support/web/browser.ts';
import { visitPage } from '../support/web/page.ts';
import { untilDrawn } from '../support/web/page-probe.ts';

/** The simulated market was lit for hours then. */
const MOMENT = Date.parse('2026-03-21T14:40:08Z');
const CLOCK = `
  Date.now = () => ${MOMENT};
  const get = Headers.prototype.get;
  Headers.prototype.get = function (name) { return name === 'date' ? null : get.call(this, name); };
`;

for (const [name, options, conclusion, since] of [
  [
    'in English, light, 360 pixels wide',
    { locale: 'en-US', viewport: { width: 360, height: 740 } },
    /^(No: lit hours were no different|After lit hours|Too few).* These are simulated data, and say nothing about Bitcoin\.$/,
    / three hours\. Lit for \d+ (minutes?|hours?)\.$/,
  ],
  [
    'in Chinese, dark, 2560 pixels wide',
    { locale: 'zh-CN', colorScheme: 'dark' as const, viewport: { width: 2560, height: 1440 } },
    /^(没有：|与其他时段相比|数据太少，无法判断。).*以上为模拟数据，与真实的比特币无关。$/,
    /。已持续 \d+ ?(分钟|个?小时)。$/,
  ],
] as const) {
  test(
    `the record ${name}: loaded when it comes near, nothing moves, axe finds nothing`,
    needsChromium,
    async (t) => {
      const service = await startTestService(t, { SOURCE: 'simulated' }, () => MOMENT);
      await service.post();
      const { page, complaints } = await visitPage(t, service.address, { ...options, script: CLOCK });
      const asked: string[] = [];
      page.on('request', (request) => asked.push(new URL(request.url()).pathname));
      await untilDrawn(page);
      await eventually('how long it has been lit', async () =>
        since.test((await page.locator('.sentence').textContent()) ?? ''),
      );
      if (options.viewport.width < 1000) assert.ok(!asked.includes('/track-record'), 'it is loaded later');
      await page.locator('.track-record').scrollIntoViewIfNeeded();
      await page.locator('.record svg').first().waitFor();
      assert.match((await page.locator('.conclusion').textContent()) ?? '', conclusion);
      assert.equal(await page.locator('.record tbody tr').count(), 4);
      await page.locator('.track-record summary').click();
      assert.ok(await page.locator('.track-record details p').first().isVisible());
      assert.equal(
        await page.evaluate<number>(
          'document.documentElement.scrollWidth - document.documentElement.clientWidth',
        ),
        0,
      );
      assert.deepEqual(await faultsOf(page), []);
      assert.ok((await page.evaluate<number>('probe.shift')) < 0.02);
      assert.deepEqual(complaints, []);
    },
  );
}

test('lit hours are shaded at each zoom', needsChromium, async (t) => {
  const service = await startTestService(t, { SOURCE: 'simulated' }, () => MOMENT);
  await service.post();
  const { page } = await visitPage(t, service.address, { script: CLOCK });
  await untilDrawn(page);
  /** The pixels at the top of the chart that are neither ground nor line. */
  const shaded = () =>
    page.evaluate<number>(`(() => {
      const [canvas] = document.querySelectorAll('.canvas canvas');
      const { data } = canvas.getContext('2d').getImageData(0, 3, canvas.width, 1);
      let count = 0;
      for (let at = 0; at < data.length; at += 4) if (data[at] - data[at + 2] > 6) count += 1;
      return count;
    })()`);
  for (const range of ['24 hours', '7 days', '30 days']) {
    await page.locator(`.segments [title="${range}"]`).click();
    await eventually(`shading at ${range}`, async () => (await shaded()) > 5);
  }
});
