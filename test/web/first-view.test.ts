import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from '../support/eventually.ts';
import { cpuSlowdown } from '../support/processes/cpu-slowdown.ts';
import { startTestService } from '../support/processes/service.ts';
import { needsChromium } from '../support/web/browser.ts';
import { visitPage } from '../support/web/page.ts';
import { inkOf, untilDrawn, verdictOf } from '../support/web/page-probe.ts';

/** For the whole first load, in transferred bytes. 50 headlines with their reasons take 3,000 of them. */
const MOST_BYTES = 110 * 1024;

test(
  'the first view is fast and small, does not move, and contacts no other host',
  needsChromium,
  async (t) => {
    const service = await startTestService(t, { SOURCE: 'simulated' });
    await service.post();
    const before = await cpuSlowdown();
    const { page, complaints } = await visitPage(t, service.address);
    const took = await untilDrawn(page);
    const drawnAt = await page.evaluate<number>('performance.now()');
    const busy = Math.max(before, await cpuSlowdown());
    assert.ok((await inkOf(page)) > 2000, 'a line across the chart is drawn');
    await page.waitForLoadState('load');
    assert.match(await verdictOf(page), /^(lit|not-lit)$/);
    await eventually('the sources are there', async () => (await page.locator('.places li').count()) > 0);
    // The verdicts are fetched a second after the page: on a slow machine, before the chart is drawn.
    const bytes = await page.evaluate<number>(
      `[...performance.getEntriesByType('resource'), ...performance.getEntriesByType('navigation')]
      .filter(({ name, startTime }) => startTime < ${drawnAt} && !name.includes('verdicts'))
      .reduce((sum, { transferSize }) => sum + transferSize, 0)`,
    );
    const shift = await page.evaluate<number>('probe.shift');
    t.diagnostic(
      `answer and chart after ${took.toFixed(0)} ms (${busy.toFixed(1)} × busy), ${bytes} bytes, layout shift ${shift.toFixed(4)}`,
    );
    assert.ok(took < 1500 * busy, `the answer and the chart took ${took} ms`);
    assert.ok(bytes > 50_000 && bytes < MOST_BYTES, `the first load has ${bytes} bytes`);
    assert.ok(shift < 0.02, `the layout shifts by ${shift}`);
    assert.deepEqual(complaints, []);
  },
);

test("the policy allows only the page's own files, and is enforced", needsChromium, async (t) => {
  const service = await startTestService(t, { SOURCE: 'simulated' });
  await service.post();
  const policy = (await service.get('/')).headers.get('content-security-policy') ?? '';
  assert.match(policy, /^default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self';/);
  assert.doesNotMatch(policy, /unsafe|https?:|\*/);
  const { page } = await visitPage(t, service.address);
  await untilDrawn(page);
  const blocked = await page.evaluate<string[]>(`(async () => {
    const blocked = [];
    document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => blocked.push(effectiveDirective));
    const script = document.createElement('script');
    script.textContent = 'window.ran = true';
    const style = document.createElement('style');
    style.textContent = 'body { display: none }';
    document.head.append(script, style);
    await fetch('https://elsewhere.example/').catch(() => undefined);
    await new Promise((done) => setTimeout(done, 50));
    return [String(window.ran), getComputedStyle(document.body).display, ...blocked];
  })()`);
  assert.deepEqual(blocked.slice(0, 2), ['undefined', 'block']);
  assert.deepEqual(blocked.slice(2).toSorted(), ['connect-src', 'script-src-elem', 'style-src-elem']);
});

test('hashed files are cached, the document is validated each time, all is compressed', async (t) => {
  const service = await startTestService(t, { SOURCE: 'simulated' });
  const page = await service.get('/', { 'accept-encoding': 'br' });
  const etag = page.headers.get('etag') ?? '';
  assert.equal(page.headers.get('cache-control'), 'no-cache');
  assert.equal(page.headers.get('content-encoding'), 'br');
  assert.equal(
    (await service.get('/', { 'accept-encoding': 'br', 'if-none-match': etag })).status,
    304,
    'the document is not sent twice',
  );
  const html = await page.text();
  const assets = [...html.matchAll(/"(\/assets\/[^"]+)"/g)].map(([, path = '']) => path);
  assert.ok(assets.length >= 3, html);
  for (const path of assets.filter((path) => !path.endsWith('.woff2'))) {
    const sizes = new Map<string, number>();
    for (const encoding of ['identity', 'gzip', 'br']) {
      const answer = await service.get(path, { 'accept-encoding': encoding });
      assert.equal(answer.headers.get('cache-control'), 'public, max-age=31536000, immutable');
      assert.equal(answer.headers.get('vary'), 'Accept-Encoding');
      sizes.set(encoding, Number(answer.headers.get('content-length')));
      assert.ok((await answer.text()).length > 1000);
    }
    const [plain = 0, gzip = 0, brotli = 0] = sizes.values();
    assert.ok(brotli < gzip && gzip < plain / 2, `${path}: ${[...sizes.values()]}`);
  }
  for (const [path, status] of [
    ['/assets/none.js', 404],
    ['/assets/../index.html', 404],
    ['/assets/%2e%2e/%2e%2e/package.json', 404],
    ['/index.html', 404],
    ['/icon-lit.svg', 200],
  ] as const) {
    assert.equal((await service.get(path)).status, status, path);
  }
});

test('the typeface is preloaded, not compressed again, cached, and has its licence', async (t) => {
  const service = await startTestService(t, { SOURCE: 'simulated' });
  const html = await (await service.get('/')).text();
  const [, path = ''] = /rel="preload" href="(\/assets\/inter-[^"]+\.woff2)" as="font"/.exec(html) ?? [];
  const font = await service.get(path, { 'accept-encoding': 'br, gzip' });
  assert.equal(font.headers.get('content-type'), 'font/woff2');
  assert.equal(font.headers.get('content-encoding'), null, 'it is compressed already');
  assert.equal(font.headers.get('cache-control'), 'public, max-age=31536000, immutable');
  const bytes = Buffer.from(await font.arrayBuffer());
  assert.equal(bytes.toString('latin1', 0, 4), 'wOF2');
  assert.ok(bytes.length < 25_000, `${bytes.length} bytes`);
  const style = /href="(\/assets\/[^"]+\.css)"/.exec(html)?.[1] ?? '';
  const css = await (await service.get(style)).text();
  assert.ok(css.includes(`url(${path})`), 'what is preloaded is what is used');
  const licence = await service.get('/inter-license.txt');
  assert.match(licence.headers.get('content-type') ?? '', /^text\/plain/);
  assert.match(await licence.text(), /Inter Project Authors[\s\S]*SIL OPEN FONT LICENSE Version 1\.1/i);
});

test('the page can be installed: the icons match the manifest', async (t) => {
  const service = await startTestService(t, { SOURCE: 'simulated' });
  const answer = await service.get('/page.webmanifest');
  assert.equal(answer.headers.get('content-type'), 'application/manifest+json');
  const manifest = (await answer.json()) as {
    display: string;
    start_url: string;
    icons: { src: string; sizes: string; type: string }[];
  };
  assert.deepEqual([manifest.display, manifest.start_url], ['standalone', '/']);
  for (const { src, sizes, type } of manifest.icons) {
    const icon = await service.get(src);
    assert.equal(icon.headers.get('content-type'), type);
    if (type !== 'image/png') continue;
    const bytes = Buffer.from(await icon.arrayBuffer());
    assert.equal(`${bytes.readUInt32BE(16)}x${bytes.readUInt32BE(20)}`, sizes);
  }
});
