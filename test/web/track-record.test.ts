import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HorizonAnswer, TrackRecordAnswer } from '../../src/domain/past/track-record-answer.ts';
import { sinceText } from '../../web/page/answer/verdict.ts';
import { conclusionIn } from '../../web/words/record.ts';
import { eventually } from '../support/eventually.ts';
import { startTestService } from '../support/processes/service.ts';
import { faultsOf } from '../support/web/axe.ts';
import { needsChromium } from '../support/web/browser.ts';
import { visitPage } from '../support/web/page.ts';
import { untilDrawn } from '../support/web/page-probe.ts';

/** The simulated market was lit for hours then. */
const MOMENT = Date.parse('2026-03-15T14:40:08Z');
const CLOCK = `
  Date.now = () => ${MOMENT};
  const get = Headers.prototype.get;
  Headers.prototype.get = function (name) { return name === 'date' ? null : get.call(this, name); };
`;

for (const [name, options, conclusion, since] of [
  [
    'in English, light, 360 pixels wide',
    { locale: 'en-US', viewport: { width: 360, height: 740 } },
    /^(No difference was found|After lit hours|Not enough data).* This is simulated data and says nothing about Bitcoin\.$/,
    / three hours\. Also lit at the end of (the last hour|each of the last \d+ hours)\.$/,
  ],
  [
    'in Chinese, dark, 2560 pixels wide',
    { locale: 'zh-CN', colorScheme: 'dark' as const, viewport: { width: 2560, height: 1440 } },
    /^(未发现|与其他时段相比|数据不足，无法判断。).*这是模拟数据，与真实的比特币无关。$/,
    /。(上一小时结束时也|此前连续 \d+ 个小时，每小时结束时都)“火了”。$/,
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

test('the sentence under the answer says only what the ended hours show', () => {
  const hour = (clock: string) => Date.parse(`2026-03-15T${clock}:00Z`);
  const say = (isLit: boolean, from: string, to: string) =>
    sinceText(
      {
        words: { endedLit: (hours) => `${hours} hours`, lastEndedLit: (ago) => ago },
        figures: { ago: (time, now) => `${Math.floor((now - time) / 3_600_000)} hours ago` },
      },
      { is_lit: isLit, stale: false, as_of: '2026-03-15T14:40:08Z' },
      { from: hour(from), to: hour(to) },
      MOMENT,
    );
  assert.equal(say(true, '09:00', '14:00'), '5 hours');
  assert.equal(say(true, '13:00', '14:00'), '1 hours');
  // The hour before ended otherwise, or has no samples.
  assert.equal(say(true, '09:00', '13:00'), undefined);
  assert.equal(say(false, '09:00', '11:00'), '3 hours ago');
});

test('the conclusion is never empty, whatever is found', () => {
  const say = (code: string, findings: readonly HorizonAnswer['finding'][]) => {
    const horizons = (['1h', '4h', '24h', '7d'] as const).map((horizon, index) => ({
      horizon,
      finding: findings[index],
      difference: null,
    }));
    return conclusionIn(code, { horizons, source: 'live' } as unknown as TrackRecordAnswer);
  };
  const [no, few, same] = ['no_different', 'too_few', 'no_variation'] as const;
  for (const code of ['en', 'zh-CN']) {
    for (const findings of [
      [same, same, same, same],
      [few, same, same, few],
      [no, few, few, same],
    ]) {
      assert.notEqual(say(code, findings), '', `${code}: ${findings}`);
    }
  }
  assert.equal(
    say('en', [same, same, same, same]),
    'No interval can be computed for 1 hour, 4 hours, 24 hours and 7 days, because the difference does not vary.',
  );
  assert.equal(
    say('en', [no, few, few, few]),
    'No difference was found in how often the price was higher after lit hours. Not enough data to tell for 4 hours, 24 hours and 7 days.',
  );
});
