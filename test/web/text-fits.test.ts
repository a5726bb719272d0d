import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { launchChromium } from '../../scripts/chromium.ts';
import { eventually } from '../support/eventually.ts';
import { startTestService } from '../support/processes/service.ts';
import { needsChromium } from '../support/web/browser.ts';
import { FAMILIES, isInstalled, onlyFont } from '../support/web/fonts.ts';
import { PROBE, untilDrawn } from '../support/web/page-probe.ts';
import { answerOf, play, type Scene, sourcesOf, stage } from '../support/web/staged-page.ts';
import { TEXT_FAULTS } from '../support/web/text-boxes.ts';

const OLD = { age: 50 * 3_600_000 };
const SIZES = [
  [320, 700],
  [390, 844],
  [900, 1000],
  [1280, 720],
  [2560, 1440],
] as const;
const LANGUAGES = ['en', 'zh'] as const;

const RISING = [
  [61_000, 0.1],
  [62_000, 0.2],
  [63_000, 0.3],
] as const;
const FALLING = RISING.toReversed() as unknown as typeof RISING;
const MILLIONS = [
  [1_246_702.33, -0.123],
  [1_246_702.34, -0.1231],
  [1_250_000, 0.2],
] as const;

/** Shows all that the page can say about its answer, one after the other. */
const SCENES: Readonly<Record<string, Scene>> = {
  lit: answerOf(RISING),
  'not lit': answerOf(FALLING),
  unknown: answerOf([
    [null, null],
    [null, 0.1],
    [63_000, 0.2],
  ]),
  'nothing to compare': answerOf([
    [null, null],
    [null, null],
    [63_000, 0.2],
  ]),
  'no data': 'nothing',
  'stale and lit': answerOf(RISING, OLD),
  'stale and not lit': answerOf(FALLING, OLD),
  'stale and unknown': answerOf(
    [
      [null, null],
      [null, 0.1],
      [63_000, 0.2],
    ],
    OLD,
  ),
  'seven digits': answerOf([
    [1_246_702, 0.1],
    [1_246_703, 0.2],
    [1_246_704, 0.3],
  ]),
  'seven digits and cents': answerOf(MILLIONS),
  'not connected': 'lost',
};

/** The faults of each scene, at each size and in each language. */
async function faultsOf(page: Page, scenes: Readonly<Record<string, Scene>>): Promise<string[]> {
  const faults: string[] = [];
  for (const [width, height] of SIZES) {
    await page.setViewportSize({ width, height });
    for (const [name, scene] of Object.entries(scenes)) {
      const found = await page.evaluate<string[]>(
        `(async () => { ${play(scene)} return ${TEXT_FAULTS}; })()`,
      );
      faults.push(...found.map((fault) => `${name} at ${width}: ${fault}`));
    }
  }
  return faults;
}

async function openPage(browser: Browser, language: string, isBlocked: boolean): Promise<Page> {
  const page = await browser.newPage({
    locale: language === 'zh' ? 'zh-CN' : 'en-US',
    reducedMotion: 'reduce',
  });
  if (isBlocked) await page.route('**/*.woff2', (route) => route.abort());
  return page;
}

/** Loads the page with a script, for this load alone. */
async function load(
  page: Page,
  address: string,
  { language, script, isBlocked }: { language: string; script: string; isBlocked: boolean },
): Promise<void> {
  const staged = await page.addInitScript(script);
  await page.goto(address);
  await staged.dispose();
  await page.locator('.plot[data-bucket], .troubleshooting').first().waitFor();
  const font = language === 'zh' ? 'Inter beside Chinese' : 'Inter';
  const isLoaded = await page.evaluate(
    `document.fonts.load('16px "${font}"').then((faces) => faces.length > 0, () => false)`,
  );
  assert.equal(isLoaded, !isBlocked);
  await page.evaluate('window.isStill = true');
}

const here = FAMILIES.filter(isInstalled);
if (process.env['CI']) assert.ok(here.length >= 2, `two families of fonts have to be installed, not ${here}`);

for (const family of FAMILIES) {
  const isSkipped = !isInstalled(family) && `${family} is not installed`;
  // These fonts appear only beside Chinese text, which is the same for all: one run is enough.
  for (const isBlocked of family === here[0] ? [false, true] : [true]) {
    const fonts = isBlocked ? `${family} alone, the page's font blocked` : `${family} beside the page's font`;
    test(`${fonts}: no text is cut, touches or overlaps`, {
      skip: needsChromium.skip || isSkipped,
    }, async (t) => {
      const service = await startTestService(t, { SOURCE: 'simulated' });
      const browser = await launchChromium([], onlyFont(t, family));
      t.after(() => browser.close());
      const simulated = answerOf(RISING, { source: 'simulated' });
      const cutOff = { 'no data': 'nothing', stale: answerOf(RISING, OLD) } as const;
      const looks = {
        'some fail': [stage(sourcesOf(3)), SCENES],
        'all fail': [stage(sourcesOf(99)), cutOff],
        simulated: [stage(sourcesOf(0, 'simulated'), 'simulated'), { lit: simulated }],
      } as const;
      const lookIn = async (language: string): Promise<string[]> => {
        const faults: string[] = [];
        // A second load in the same page takes half the processor time of one in a new page.
        const page = await openPage(browser, language, isBlocked);
        for (const [name, [script, scenes]] of Object.entries(looks)) {
          await load(page, service.address, { language, script, isBlocked });
          const found = await faultsOf(page, scenes);
          faults.push(...found.map((fault) => `${language}, ${name}: ${fault}`));
        }
        return faults;
      };
      const faults = (await Promise.all(LANGUAGES.map(lookIn))).flat();
      assert.deepEqual(faults, []);
    });
  }
  test(`${family}: nothing moves when the page's font loads late`, {
    skip: needsChromium.skip || isSkipped,
  }, async (t) => {
    const service = await startTestService(t, { SOURCE: 'simulated' });
    await service.post();
    const browser = await launchChromium([], onlyFont(t, family));
    t.after(() => browser.close());
    for (const [width, height] of [SIZES[1], SIZES[3]]) {
      const page = await browser.newPage({ locale: 'en-US', viewport: { width, height } });
      await page.addInitScript(PROBE);
      const { promise: isSeen, resolve: see } = Promise.withResolvers<void>();
      await page.route('**/*.woff2', async (route) => {
        await isSeen;
        await route.continue();
      });
      await page.goto(service.address, { waitUntil: 'commit' });
      await untilDrawn(page);
      const widthOf = () =>
        page.evaluate<number>(`(() => {
          const range = document.createRange();
          range.selectNodeContents(document.querySelector('.question'));
          return range.getBoundingClientRect().width;
        })()`);
      const before = await widthOf();
      see();
      await page.evaluate(`document.fonts.load('16px Inter')`);
      await eventually("it is drawn in the page's font", async () => (await widthOf()) !== before);
      const shift = await page.evaluate<number>('probe.shift');
      assert.ok(shift < 0.02, `at ${width} the layout shifts by ${shift}`);
      await page.close();
    }
  });
}
