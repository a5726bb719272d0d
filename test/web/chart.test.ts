import assert from 'node:assert/strict';
import { test } from 'node:test';
import { priceAt } from '../../src/simulation/market/prices.ts';
import { eventually } from '../support/eventually.ts';
import { snapshot } from '../support/upstreams/upstream.ts';
import { needsChromium } from '../support/web/browser.ts';
import { historiesOf, settled, simulatedPage } from '../support/web/chart.ts';
import { serviceSaying, threeHours, visitPage } from '../support/web/page.ts';
import { inkOf, timeRange } from '../support/web/page-probe.ts';

const HOUR = 3_600_000;

test('each range has the buckets that fit, and is drawn', needsChromium, async (t) => {
  const { page, complaints } = await simulatedPage(t);
  const asked = historiesOf(page);
  const ranges = { '3 hours': '30s', '7 days': '1h', '30 days': '4h', '1 year': '1d', '24 hours': '5m' };
  for (const [name, bucket] of Object.entries(ranges)) {
    await timeRange(page, name, bucket);
    assert.equal(asked.at(-1)?.bucket, bucket);
    assert.equal(await page.getByTitle(name).getAttribute('aria-pressed'), 'true');
    assert.ok((await inkOf(page)) > 300, `${name} is drawn`);
  }
  await page.getByTitle('All').click();
  await eventually('all is asked for', () => asked.at(-1)?.from === 'oldest');
  await settled(page, '5m');
  assert.equal(await page.locator('.segments [aria-pressed=true]').count(), 1);
  assert.deepEqual(complaints, []);
});

test('panning to the left fetches older data; one click returns to now', needsChromium, async (t) => {
  const { page, complaints } = await simulatedPage(t);
  await timeRange(page, '3 hours', '30s');
  const asked = historiesOf(page);
  const box = await page.locator('.canvas').boundingBox();
  assert.ok(box);
  const middle = box.y + box.height / 3;
  await page.mouse.move(box.x + 200, middle);
  await page.mouse.down();
  await page.mouse.move(box.x + 800, middle, { steps: 5 });
  await page.mouse.up();
  await eventually('older buckets are asked for', () => asked.length > 0);
  const [first] = asked;
  assert.equal(first?.bucket, '30s');
  assert.ok(Date.parse(first?.to ?? '') <= Date.now() - 2.9 * HOUR, 'what is there is not asked for again');
  await settled(page, '30s');
  assert.equal(await page.locator('.segments [aria-pressed=true]').count(), 0, 'it is no range any more');
  const before = await inkOf(page);
  assert.ok(before > 1500, 'it is drawn');
  await page.getByRole('button', { name: 'Jump to now' }).click();
  await eventually(
    'the newest is in view',
    async () => !(await page.getByRole('button', { name: 'Jump to now' }).isVisible()),
  );
  assert.deepEqual(complaints, []);
});

test(
  'zooming fetches fitting buckets; the wheel zooms if the chart has the focus',
  needsChromium,
  async (t) => {
    const { page, complaints } = await simulatedPage(t);
    await page.getByRole('button', { name: 'Zoom in' }).click();
    await page.getByRole('button', { name: 'Zoom in' }).click();
    await settled(page, '1m');
    await page.getByRole('button', { name: 'Zoom out' }).click();
    await page.getByRole('button', { name: 'Zoom out' }).click();
    await page.getByRole('button', { name: 'Zoom out' }).click();
    await settled(page, '5m');
    await page.locator('.canvas').hover();
    await page.mouse.wheel(0, 200);
    await eventually('the page scrolls', () => page.evaluate<boolean>('scrollY > 0'));
    assert.equal(await page.locator('.plot').getAttribute('data-bucket'), '5m');
    await page.locator('.canvas').focus();
    const box = await page.locator('.canvas').boundingBox();
    assert.ok(box);
    await page.mouse.move(box.x + box.width / 2, box.y + 50);
    for (let turn = 0; turn < 25; turn += 1) await page.mouse.wheel(0, -300);
    await eventually('finer buckets are shown', async () =>
      /^(30s|1m)$/.test((await page.locator('.plot').getAttribute('data-bucket')) ?? ''),
    );
    assert.deepEqual(complaints, []);
  },
);

test('by keys alone: to the chart, along it, zoomed, and the table', needsChromium, async (t) => {
  const { page, complaints } = await simulatedPage(t);
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate('document.activeElement.textContent'), 'Skip to chart');
  await page.keyboard.press('Enter');
  let steps = 0;
  const isAt = () => page.evaluate<boolean>('document.activeElement.classList.contains("canvas")');
  for (; !(await isAt()) && steps < 15; steps += 1) await page.keyboard.press('Tab');
  assert.ok(steps < 15, 'the chart can be reached');
  const when = async () => (await page.locator('.readout .when').textContent()) ?? '';
  const newest = await when();
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowLeft');
  await eventually('an older value is read', async () => (await when()) !== newest);
  assert.equal(await page.locator('.readout').getAttribute('aria-live'), 'polite');
  await page.keyboard.press('Home');
  const oldest = await when();
  assert.notEqual(oldest, newest);
  await page.keyboard.press('End');
  await eventually('the newest is read', async () => (await when()) === newest);
  await page.keyboard.press('+');
  await page.keyboard.press('+');
  await settled(page, '1m');
  const asked = historiesOf(page);
  await page.keyboard.press('Shift+ArrowLeft');
  await eventually('it moves', () => asked.length > 0);
  const focus = await page.evaluate<string>('getComputedStyle(document.activeElement).outlineStyle');
  assert.equal(focus, 'solid', 'the focus is seen');
  await page.locator('.as-table summary').focus();
  await page.keyboard.press('Enter');
  await page.locator('.as-table tbody tr').first().waitFor();
  assert.deepEqual(complaints, []);
});

test(
  'the table shows the data of the chart, newest first, with UTC for hours and days',
  needsChromium,
  async (t) => {
    const { page } = await simulatedPage(t);
    await page.getByText('Show as table').click();
    const rows = page.locator('.as-table tbody tr');
    await eventually('a day of buckets is there', async () => (await rows.count()) >= 288);
    await timeRange(page, '7 days', '1h');
    await eventually('it is of hours', async () => (await rows.count()) < 30);
    const start = Math.floor(Date.now() / HOUR) * HOUR - HOUR;
    const samples = Array.from({ length: 120 }, (_, step) => priceAt(start + step * 30_000));
    const mean = samples.reduce((sum, one) => sum + one, 0) / samples.length;
    const price = new Intl.NumberFormat('en', { style: 'currency', currency: 'USD' }).format(mean);
    const second = (await rows.nth(1).textContent()) ?? '';
    const zone = { timeZone: 'Europe/Berlin', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
    const local = new Intl.DateTimeFormat('en', zone).format(start);
    assert.ok(second.includes(`${local} (${new Date(start).toISOString().slice(11, 16)} UTC)`), second);
    assert.ok(second.includes(price), `${second} has ${price}`);
    assert.match((await rows.first().textContent()) ?? '', /in progress/);
    await timeRange(page, '1 year', '1d');
    await eventually('days are those of UTC', async () =>
      / UTC \(/.test((await rows.first().textContent()) ?? ''),
    );
  },
);

test('nothing is drawn in a gap', needsChromium, async (t) => {
  const now = Date.now();
  const at = (hours: number) => snapshot(now - hours * HOUR, 30_000, 0.1);
  const joined = Array.from({ length: 24 * 12 }, (_, index) => at(index / 12));
  const gapped = joined.filter((_, index) => index < 60 || index > 228);
  const widths = [];
  for (const body of [joined, gapped]) {
    const { service } = await serviceSaying(t, JSON.stringify(body));
    const { page } = await visitPage(t, service.address);
    await eventually('it is drawn', async () => (await inkOf(page)) > 300);
    await settled(page, '5m');
    // The price is constant: its line is one row of pixels, as long as the data.
    widths.push(
      await page.evaluate<number>(`(() => {
        const [canvas] = [...document.querySelectorAll('.canvas canvas')].filter(({ width, height }) => width > 600 && height > 150);
        const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d', { willReadFrequently: true });
        let most = 0;
        for (const one of document.querySelectorAll('.canvas canvas')) if (one.width * one.height && one.width === canvas.width && one.height === canvas.height) copy.drawImage(one, 0, 0);
        for (let y = 0; y < canvas.height; y += 1) {
          const { data } = copy.getImageData(0, y, canvas.width, 1);
          let dark = 0;
          for (let x = 0; x < data.length; x += 4) if (data[x + 3] > 128 && data[x] + data[x + 1] + data[x + 2] < 150) dark += 1;
          most = Math.max(most, dark);
        }
        return most;
      })()`),
    );
  }
  const [whole = 0, parts = 0] = widths;
  assert.ok(whole > 600 && parts < whole * 0.5 && parts > whole * 0.3, `${whole} and ${parts} pixels`);
});

test('a history that cannot be loaded shows an error, and can be retried', needsChromium, async (t) => {
  const { service } = await serviceSaying(
    t,
    threeHours([
      [30_000, 0.1],
      [31_000, 0.2],
    ]),
  );
  const { page } = await visitPage(t, service.address);
  await settled(page, '5m');
  await page.route('**/history?*', (route) => route.fulfill({ status: 503, body: '{}' }));
  await page.getByTitle('7 days').click();
  await page.getByText('History is currently unavailable.').waitFor();
  assert.equal(await page.getByTitle('7 days').getAttribute('aria-pressed'), 'false');
  assert.equal(await page.getByTitle('24 hours').getAttribute('aria-pressed'), 'true', 'it is the picture’s');
  const opacity = 'Number(getComputedStyle(document.querySelector(".canvas")).opacity)';
  await eventually('it is dimmed', async () => (await page.evaluate<number>(opacity)) < 0.5);
  await page.unroute('**/history?*');
  await page.getByRole('button', { name: 'Try again' }).click();
  await settled(page, '1h');
  assert.equal(await page.getByText('History is currently unavailable.').count(), 0);
  assert.equal(await page.getByTitle('7 days').getAttribute('aria-pressed'), 'true');
});
