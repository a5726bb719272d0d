// Whether the page's memory grows while it is open: hours of updates, one per 30 seconds of a clock that the service
// and the page share, as fast as they are drawn. Measures the heap after each hour and a garbage collection. Needs
// Chromium.
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

const TICK_MS = 30_000;
const TICKS_OF_AN_HOUR = 120;
const MEGABYTE = 1e6;
/** The last hour compared with the largest of the hours before, since not all garbage is found at once. */
const MAX_GROWTH_BYTES = 0.2 * MEGABYTE;

/** Moves the page's clock with the service's, and hides the `Date` header, which has the real time. */
const CLOCK = `
  window.ahead = 0;
  const read = Date.now;
  Date.now = () => read() + ahead;
  const get = Headers.prototype.get;
  Headers.prototype.get = function (name) { return name === 'date' ? null : get.call(this, name); };
`;

interface MemorySnapshot {
  readonly heap: number;
  readonly nodes: number;
  readonly listeners: number;
}

async function takeSnapshot(session: CDPSession): Promise<MemorySnapshot> {
  for (let turn = 0; turn < 3; turn += 1) await session.send('HeapProfiler.collectGarbage');
  const { metrics } = await session.send('Performance.getMetrics');
  const value = (name: string) => metrics.find((metric) => metric.name === name)?.value ?? Number.NaN;
  return { heap: value('JSHeapUsedSize'), nodes: value('Nodes'), listeners: value('JSEventListeners') };
}

using folder = temporaryFolder();
let clockOffsetMs = 0;
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
  clock: () => Date.now() + clockOffsetMs,
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
const snapshots: MemorySnapshot[] = [];
for (let hour = 0; hour <= hours; hour += 1) {
  for (let tick = 0; tick < TICKS_OF_AN_HOUR; tick += 1) {
    const before = await text();
    clockOffsetMs += TICK_MS;
    await page.evaluate(`ahead = ${clockOffsetMs}`);
    const added = await refresh();
    // Two if half a minute of real time has passed meanwhile.
    if (!(added >= 1)) throw new Error(`a refresh added ${added} samples`);
    // In this range, each bucket is half a minute, so the chart has a new one.
    if (given.range === '3 hours')
      await eventually('the chart has the new bucket', async () => (await text()) !== before);
  }
  snapshots.push(await takeSnapshot(session));
}
await browser.close();

const rows = snapshots.map(({ heap, nodes, listeners }, hour) => [
  `${hour + 1}`,
  `${(heap / MEGABYTE).toFixed(2)} MB`,
  `${nodes}`,
  `${listeners}`,
]);
const last = snapshots.at(-1)?.heap ?? Number.NaN;
const growth = last - Math.max(...snapshots.slice(0, -1).map(({ heap }) => heap));
printTable(`the page, ${TICKS_OF_AN_HOUR} updates an hour, range ${given.range}`, [
  ['hours', 'heap', 'nodes', 'listeners'],
  ...rows,
]);
console.log(
  `the last hour compared with the largest before: ${(growth / 1e3).toFixed(0)} kB: ${growth < MAX_GROWTH_BYTES ? 'met' : 'missed'} (at most ${MAX_GROWTH_BYTES / 1e3} kB)`,
);
