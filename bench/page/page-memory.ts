// Whether the page grows while it is looked at: hours of updates, one each 30 seconds, as fast as they are drawn, on the
// clock of both the service and the page. After each hour the heap, once the garbage is collected. Wants Chromium.
import { parseArgs } from 'node:util';
import type { CDPSession, Page } from 'playwright-core';
import { launchChromium } from '../../scripts/chromium.ts';
import { startService } from '../../src/bootstrap/start.ts';
import { readConfig } from '../../src/config/config.ts';
import { eventually } from '../../test/support/eventually.ts';
import { PROBE, untilDrawn } from '../../test/support/web/page-probe.ts';
import { printTable } from '../support/table.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const options = {
  hours: { type: 'string', default: '4' },
  range: { type: 'string', default: '3 hours' },
} as const;
const given = parseArgs({ options }).values;
const hours = Number(given.hours);

const TICK = 30_000;
const TICKS_OF_AN_HOUR = 120;
const MEGABYTE = 1e6;
/** Of the last hour, against the largest of those before: not all garbage is found at once. Bytes. */
const NOISE = 0.2 * MEGABYTE;

/** The page's clock goes with the service's; what the server's own says of the day is another one. */
const CLOCK = `
  window.ahead = 0;
  const read = Date.now;
  Date.now = () => read() + ahead;
  const get = Headers.prototype.get;
  Headers.prototype.get = function (name) { return name === 'date' ? null : get.call(this, name); };
`;

interface Look {
  readonly heap: number;
  readonly nodes: number;
  readonly listeners: number;
}

async function look(session: CDPSession): Promise<Look> {
  for (let turn = 0; turn < 3; turn += 1) await session.send('HeapProfiler.collectGarbage');
  const { metrics } = await session.send('Performance.getMetrics');
  const value = (name: string) => metrics.find((metric) => metric.name === name)?.value ?? Number.NaN;
  return { heap: value('JSHeapUsedSize'), nodes: value('Nodes'), listeners: value('JSEventListeners') };
}

using folder = temporaryFolder();
let ahead = 0;
const config = readConfig({
  PORT: '0',
  DATA_DIR: folder.path,
  SOURCE: 'simulated',
  REFRESH_INTERVAL: '0',
  RATE_LIMIT: '0',
});
await using service = await startService({
  config,
  observe: () => undefined,
  clock: () => Date.now() + ahead,
});
async function refresh(): Promise<number> {
  const answer = await fetch(`${service.address}/refresh`, { method: 'POST' });
  return ((await answer.json()) as { added: number }).added;
}
await refresh();

const browser = await launchChromium(['--enable-precise-memory-info']);
const page: Page = await browser.newPage();
await page.addInitScript(CLOCK + PROBE);
await page.goto(service.address);
await untilDrawn(page);
await page.getByTitle(given.range).click();
const session = await page.context().newCDPSession(page);
await session.send('Performance.enable');

const text = () => page.locator('.readout .when').textContent();
const looks: Look[] = [];
for (let hour = 0; hour <= hours; hour += 1) {
  for (let tick = 0; tick < TICKS_OF_AN_HOUR; tick += 1) {
    const before = await text();
    ahead += TICK;
    await page.evaluate(`ahead = ${ahead}`);
    const added = await refresh();
    // Two where half a minute of the real clock went by meanwhile.
    if (!(added >= 1)) throw new Error(`a refresh brought ${added} samples`);
    // Of half a minute each: the newest of the chart is another one.
    if (given.range === '3 hours')
      await eventually('the chart has it', async () => (await text()) !== before);
  }
  looks.push(await look(session));
}
await browser.close();

const rows = looks.map(({ heap, nodes, listeners }, hour) => [
  `${hour + 1}`,
  `${(heap / MEGABYTE).toFixed(2)} MB`,
  `${nodes}`,
  `${listeners}`,
]);
const last = looks.at(-1)?.heap ?? Number.NaN;
const growth = last - Math.max(...looks.slice(0, -1).map(({ heap }) => heap));
printTable(`the page, ${TICKS_OF_AN_HOUR} updates an hour, range ${given.range}`, [
  ['hours', 'heap', 'nodes', 'listeners'],
  ...rows,
]);
console.log(
  `the last hour against the largest before: ${(growth / 1e3).toFixed(0)} kB: ${growth < NOISE ? 'met' : 'missed'} (at most ${NOISE / 1e3} kB)`,
);
