// Draws the page's icons as PNG from web/public/icon-lit.svg, for platforms without SVG icons. They have square
// corners, because platforms round them. Needs Chromium and pngquant (both in Debian).
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { launchChromium } from './chromium.ts';

const FOLDER = new URL('../web/public/', import.meta.url);
const SIZES = [180, 192, 512];

/** Three hues and their edges: more colours are not seen, and double the size. */
const COLORS = '64';

const drawing = readFileSync(new URL('icon-lit.svg', FOLDER), 'utf8').replace(' rx="44"', '');
const browser = await launchChromium();
try {
  const page = await browser.newPage();
  await page.setContent(`<style>body { margin: 0 } svg { display: block; width: 100vw }</style>${drawing}`);
  for (const size of SIZES) {
    await page.setViewportSize({ width: size, height: size });
    const input = await page.screenshot();
    const icon = execFileSync('pngquant', ['--speed', '1', '--strip', COLORS, '-'], { input });
    writeFileSync(new URL(`icon-${size}.png`, FOLDER), icon);
  }
} finally {
  await browser.close();
}
