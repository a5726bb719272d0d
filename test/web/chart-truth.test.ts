import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from '../support/eventually.ts';
import { snapshot } from '../support/upstreams/upstream.ts';
import { needsChromium } from '../support/web/browser.ts';
import { historiesOf, settled, simulatedPage } from '../support/web/chart.ts';
import { serviceSaying, visitPage } from '../support/web/page.ts';
import { timeRange, untilDrawn } from '../support/web/page-probe.ts';

const HOUR = 3_600_000;
const MINUTE = 60_000;

test('a range chosen during a wheel zoom is the one shown, up to now', needsChromium, async (t) => {
  const { page, complaints } = await simulatedPage(t);
  await timeRange(page, '30 days', '4h');
  const when = async () => (await page.locator('.readout .when').textContent()) ?? '';
  await page.locator('.canvas').focus();
  await page.locator('.canvas').hover();
  for (let turn = 0; turn < 5; turn += 1) await page.mouse.wheel(0, 200);
  await eventually(
    'it was zoomed',
    async () => (await page.locator('.segments [aria-pressed=true]').count()) === 0,
  );
  await page.waitForTimeout(100);
  await page.getByTitle('24 hours').click();
  await settled(page, '5m');
  // Any remaining motion has had 1.5 seconds.
  await page.waitForTimeout(1600);
  assert.equal(await page.getByTitle('24 hours').getAttribute('aria-pressed'), 'true');
  assert.equal(await page.getByRole('button', { name: 'Jump to now' }).isVisible(), false);
  assert.match(await when(), /in progress/);
  await page.keyboard.press('ArrowLeft');
  await page.locator('.canvas').press('ArrowLeft');
  assert.equal(
    await page.getByTitle('24 hours').getAttribute('aria-pressed'),
    'true',
    'to read moves nothing',
  );
  assert.equal(
    await page.locator('.canvas table:not([role=presentation])').count(),
    0,
    'its layout is no table',
  );
  assert.deepEqual(complaints, []);
});

test('zoom is limited to the stored range and the finest buckets', needsChromium, async (t) => {
  const { page, complaints } = await simulatedPage(t);
  await page.getByTitle('All').click();
  await eventually(
    'all is shown',
    async () => (await page.getByTitle('All').getAttribute('aria-pressed')) === 'true',
  );
  await settled(page, '5m');
  const asked = historiesOf(page);
  for (let turn = 0; turn < 6; turn += 1) await page.getByRole('button', { name: 'Zoom out' }).click();
  await page.waitForTimeout(300);
  await eventually(
    'it rests',
    async () => (await page.locator('.plot').getAttribute('data-trouble')) === null,
  );
  for (const { from } of asked) assert.ok(Date.parse(from) > Date.now() - 3 * 24 * HOUR, `${from} is near`);
  for (let turn = 0; turn < 20; turn += 1) await page.getByRole('button', { name: 'Zoom in' }).click();
  await settled(page, '30s');
  const last = asked.at(-1);
  assert.ok(Date.parse(last?.to ?? '') - Date.parse(last?.from ?? '') >= 5 * MINUTE, JSON.stringify(last));
  assert.deepEqual(complaints, []);
});

test(
  'the readout shows the time under the pointer, even in a gap; the line follows the interval of the data',
  needsChromium,
  async (t) => {
    const now = Date.now();
    const at = (minutes: number) => snapshot(now - minutes * MINUTE, 30_000, 0.1);
    const all = Array.from({ length: 36 }, (_, index) => at(index * 5));
    const { service } = await serviceSaying(
      t,
      JSON.stringify(all.filter((_, index) => index < 14 || index > 20)),
    );
    const { page } = await visitPage(t, service.address);
    await untilDrawn(page);
    await timeRange(page, '3 hours', '30s');
    const box = await page.locator('.canvas').boundingBox();
    assert.ok(box);
    const readout = async () => (await page.locator('.readout').textContent()) ?? '';
    const newest = await readout();
    assert.match(newest, /\$30,000/);
    // Counts dark pixels in the row of the line, between two fractions of the picture's width.
    const dark = (from: number, to: number) =>
      page.evaluate<number>(`(() => {
      const [canvas] = [...document.querySelectorAll('.canvas canvas')].filter(({ width, height }) => width > 600 && height > 150);
      const left = Math.round(canvas.width * ${from});
      const { data, width, height } = canvas.getContext('2d').getImageData(left, 0, Math.round(canvas.width * ${to}) - left, canvas.height);
      let most = 0;
      for (let y = 0; y < height; y += 1) {
        let count = 0;
        for (let x = 0; x < width; x += 1) {
          const place = 4 * (y * width + x);
          if (data[place + 3] > 128 && data[place] + data[place + 1] + data[place + 2] < 150) count += 1;
        }
        most = Math.max(most, count);
      }
      return most / width;
    })()`);
    assert.ok((await dark(0.7, 0.9)) > 0.95, `${await dark(0.7, 0.9)} of the line is there`);
    assert.ok((await dark(0.48, 0.56)) < 0.05, 'nothing is drawn in the gap');
    // 87 minutes ago, on a time axis that takes about 94 % of the width.
    await page.mouse.move(box.x + box.width * 0.48, box.y + 80);
    await eventually('it says that nothing is kept', async () => /no data/.test(await readout()));
    const shown = /(\d\d):(\d\d):(\d\d)/.exec(await readout());
    assert.ok(shown, await readout());
    const clock = (time: number) =>
      new Date(time).toLocaleTimeString('en', { timeZone: 'Europe/Berlin', hourCycle: 'h23' });
    const possible = Array.from({ length: 40 * 60 }, (_, second) =>
      clock(now - 105 * MINUTE + second * 1000),
    );
    assert.ok(possible.includes(shown[0]), `${shown[0]} is in the gap`);
    assert.doesNotMatch(await readout(), /\$/);
    await page.mouse.move(box.x + box.width * 0.48, box.y - 200);
    await eventually('the newest is shown again', async () => (await readout()) === newest);
  },
);

test('prices below a dollar have labels, and sentiment has those of its scale', needsChromium, async (t) => {
  const day = Array.from({ length: 60 }, (_, index) =>
    snapshot(Date.now() - index * 20 * MINUTE, 0.0825 + 0.001 * Math.sin(index / 9), 0.1),
  );
  const { service } = await serviceSaying(t, JSON.stringify(day));
  const script = `(() => {
    window.written = new Set();
    const { fillText } = CanvasRenderingContext2D.prototype;
    CanvasRenderingContext2D.prototype.fillText = function (text, ...rest) {
      written.add(text);
      return fillText.call(this, text, ...rest);
    };
  })();`;
  const { page } = await visitPage(t, service.address, { script });
  await untilDrawn(page);
  const written = await page.evaluate<string[]>('[...written]');
  assert.ok(written.filter((text) => /^\$0\.08\d+$/.test(text)).length >= 3, written.join(' '));
  for (const end of ['+0.25', '−0.25']) assert.ok(written.includes(end), written.join(' '));
});
