// The speed of the page in Chromium with ten years of samples: first view, bytes of the first load, layout shift,
// ranges from click to picture, and the slowest interaction. Needs Chromium, taskset and 1 GB of disk.
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { launchChromium } from '../../scripts/chromium.ts';
import { PROBE, timeRange, untilDrawn } from '../../test/support/web/page-probe.ts';
import { median, pinToLoadCore, startService } from '../support/pinned.ts';
import { eachStore } from '../support/stores.ts';
import { printTable } from '../support/table.ts';

const options = {
  stores: { type: 'string', default: 'sqlite' },
  years: { type: 'string', default: '10' },
  turns: { type: 'string', default: '10' },
} as const;
const { stores, ...given } = parseArgs({ options }).values;
const years = Number(given.years);
const turns = Number(given.turns);

const SAMPLE_INTERVAL_MS = 30_000;
const YEAR_MS = 365.25 * 86_400_000;

interface FirstView {
  readonly drawnMs: number;
  readonly bytes: number;
  readonly shift: number;
}

async function open(browser: Browser, address: string): Promise<{ page: Page; first: FirstView }> {
  const context = await browser.newContext();
  await context.addInitScript(PROBE);
  const page = await context.newPage();
  await page.goto(address);
  const drawnMs = await untilDrawn(page);
  // The sources are loaded last.
  await sleep(1000);
  const bytes = await page.evaluate<number>(
    `[...performance.getEntriesByType('resource'), ...performance.getEntriesByType('navigation')]
      .reduce((sum, { transferSize }) => sum + transferSize, 0)`,
  );
  return { page, first: { drawnMs, bytes, shift: await page.evaluate<number>('probe.shift') } };
}

async function slowestInteraction(page: Page): Promise<number> {
  await page.evaluate('probe.interactions.length = 0');
  await page.locator('.canvas').focus();
  for (let step = 0; step < 20; step += 1) await page.keyboard.press('ArrowLeft', { delay: 20 });
  for (const name of ['24 hours', 'All', '1 year', 'All']) {
    await page.getByTitle(name, { exact: true }).click();
    await sleep(400);
  }
  return Math.max(0, ...(await page.evaluate<number[]>('probe.interactions')));
}

pinToLoadCore();
for await (const store of eachStore(stores)) {
  const from = Date.now() - years * YEAR_MS;
  await store.fill(
    'years',
    Math.floor(from / SAMPLE_INTERVAL_MS) * SAMPLE_INTERVAL_MS,
    Math.floor((years * YEAR_MS) / SAMPLE_INTERVAL_MS),
  );
  await using service = await startService(store.settings('years'));
  // Waits until the service has built the rollups of data that it did not write itself.
  for (let tries = 0; tries < 600; tries += 1) {
    const began = performance.now();
    const answer = await fetch(`${service.address}/history?from=oldest&bucket=1w`);
    await answer.text();
    if (answer.ok && performance.now() - began < 100) break;
    await sleep(500);
  }
  const browser = await launchChromium();
  // A browser's first page is slower than those after it.
  await (await open(browser, service.address)).page.context().close();
  const firsts: FirstView[] = [];
  const times = { year: [] as number[], all: [] as number[] };
  const interactions: number[] = [];
  for (let turn = 0; turn < turns; turn += 1) {
    const { page, first } = await open(browser, service.address);
    firsts.push(first);
    times.year.push(await timeRange(page, '1 year', '1d'));
    times.all.push(await timeRange(page, 'All', '1w'));
    interactions.push(await slowestInteraction(page));
    await page.context().close();
  }
  await browser.close();
  const formatMs = (values: readonly number[]) =>
    `${median(values).toFixed(0)} ms (at most ${Math.max(...values).toFixed(0)})`;
  printTable(`${store.name}, ${years} years stored; medians of ${turns} visits without a cache`, [
    ['', 'measured', 'target'],
    ['answer and chart drawn', formatMs(firsts.map(({ drawnMs }) => drawnMs)), '1500 ms'],
    ['first load, in total', `${Math.max(...firsts.map(({ bytes }) => bytes))} bytes`, `${110 * 1024} bytes`],
    ['layout shift', Math.max(...firsts.map(({ shift }) => shift)).toFixed(4), '0.02'],
    ['a year by the day', formatMs(times.year), '300 ms'],
    ['all by the week', formatMs(times.all), '300 ms'],
    ['slowest interaction', formatMs(interactions), '100 ms'],
  ]);
}
