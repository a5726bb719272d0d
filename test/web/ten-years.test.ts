import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { eventually } from '../support/eventually.ts';
import { cpuSlowdown } from '../support/processes/cpu-slowdown.ts';
import { startTestService } from '../support/processes/service.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { needsChromium } from '../support/web/browser.ts';
import { visitPage } from '../support/web/page.ts';
import { timeRange, untilDrawn } from '../support/web/page-probe.ts';

const HOUR = 3_600_000;
/** 600 weeks, the most that are shown at once. */
const HOURS = 11.45 * 8766;

const median = (numbers: readonly number[]): number =>
  numbers.toSorted((one, other) => one - other)[numbers.length >> 1] ?? Number.NaN;

test(
  'a year by day and ten years by week appear soon after the click, and input never waits',
  needsChromium,
  async (t) => {
    // One sample per hour gives as many hours and days, which long ranges read, as one sample per 30 seconds.
    const DATA_DIR = temporaryFolder(t);
    const service = await startTestService(t, { DATA_DIR, SOURCE: 'simulated' });
    await service.stop();
    {
      using database = new DatabaseSync(join(DATA_DIR, 'simulated.sqlite'));
      const last = Math.floor(Date.now() / HOUR) * HOUR;
      const insert = database.prepare('INSERT OR IGNORE INTO sample VALUES (?, ?, ?)');
      database.exec('BEGIN');
      for (let hour = 0; hour < HOURS; hour += 1) {
        insert.run(last - hour * HOUR, 30_000 + 9000 * Math.sin(hour / 900), Math.sin(hour / 300) / 2);
      }
      database.exec('COMMIT');
    }
    const again = await startTestService(t, { DATA_DIR, SOURCE: 'simulated' });
    await again.post();
    const { page, complaints } = await visitPage(t, again.address);
    await untilDrawn(page);

    const times: Record<'year' | 'all', number[]> = { year: [], all: [] };
    const busy: number[] = [];
    for (let turn = 0; turn < 5; turn += 1) {
      busy.push(await cpuSlowdown());
      times.year.push(await timeRange(page, '1 year', '1d'));
      times.all.push(await timeRange(page, 'All', '1w'));
    }
    await page.getByText('Show as table').click();
    const rows = page.locator('.as-table tbody tr');
    await eventually('all have a row', async () => (await rows.count()) >= 590);
    const count = await rows.count();
    assert.ok(count >= 590 && count <= 605, `${count} buckets`);
    await page.getByText('Show as table').click();

    // Real keys, clicks and moves, while all buckets are shown.
    await page.evaluate('probe.interactions.length = 0');
    const box = await page.locator('.canvas').boundingBox();
    assert.ok(box);
    for (let step = 0; step < 10; step += 1) await page.mouse.move(box.x + 40 * step, box.y + 60);
    await page.locator('.canvas').focus();
    for (let step = 0; step < 10; step += 1) await page.keyboard.press('ArrowLeft', { delay: 20 });
    for (const name of ['1 year', 'All', '24 hours', 'All']) {
      await page.getByTitle(name, { exact: true }).click();
      await page.waitForTimeout(150);
    }
    const interactions = await page.evaluate<number[]>('probe.interactions');
    busy.push(await cpuSlowdown());
    const slowest = Math.max(0, ...interactions);
    const [year, all] = [median(times.year), median(times.all)];
    const most = Math.max(...busy);
    t.diagnostic(
      `a year ${year.toFixed(0)} ms, all ${all.toFixed(0)} ms, slowest interaction ${slowest} ms of ${interactions.length} over 16 ms; ${most.toFixed(1)} × busy`,
    );
    assert.ok(year < 300 * most, `a year by the day took ${times.year} ms`);
    assert.ok(all < 300 * most, `all by the week took ${times.all} ms`);
    assert.ok(slowest < 100 * most, `from input to paint took ${interactions} ms`);
    assert.deepEqual(complaints, []);
  },
);
