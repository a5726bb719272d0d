// Draws docs/page.png: the page with simulated data at a fixed moment, so that the picture changes only with the page.
// Needs Chromium.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startService } from '../src/bootstrap/start.ts';
import { readConfig } from '../src/config/config.ts';
import { launchChromium } from './chromium.ts';

/** A moment at which the simulated market is lit. */
const MOMENT = Date.parse('2026-03-21T14:40:08Z');
const SIZE = { width: 1280, height: 1010 };
const FILE = fileURLToPath(new URL('../docs/page.png', import.meta.url));

/** Stops the page's clock too, and hides the `Date` header, which has the real time. */
const CLOCK = `
  Date.now = () => ${MOMENT};
  const get = Headers.prototype.get;
  Headers.prototype.get = function (name) { return name === 'date' ? null : get.call(this, name); };
`;

const folder = mkdtempSync(join(tmpdir(), 'is-bitcoin-lit-picture-'));
try {
  const config = readConfig({ PORT: '0', DATA_DIR: folder, SOURCE: 'simulated', REFRESH_INTERVAL: '0' });
  await using service = await startService({ config, observe: () => undefined, clock: () => MOMENT });
  await fetch(`${service.address}/refresh`, { method: 'POST' });
  const browser = await launchChromium(['--force-device-scale-factor=1', '--font-render-hinting=none']);
  const page = await browser.newPage({
    viewport: SIZE,
    locale: 'en-US',
    timezoneId: 'Europe/Berlin',
    reducedMotion: 'reduce',
  });
  await page.addInitScript(CLOCK);
  await page.goto(service.address);
  await page.locator('.plot[data-bucket]:not([data-trouble]) canvas').first().waitFor();
  await page.locator('.places li').first().waitFor();
  await page.evaluate('document.fonts.ready.then(() => new Promise((done) => setTimeout(done, 300)))');
  await page.screenshot({ path: FILE, animations: 'disabled' });
  await browser.close();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
