import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SourcesReport } from '../../src/domain/sources/report.ts';
import { shareReport } from '../../src/service/shared-report.ts';
import { json, startTestService } from '../support/processes/service.ts';
import { snapshot, startUpstream } from '../support/upstreams/upstream.ts';

const NOW = Date.UTC(2026, 0, 1, 12);
const REPORT: SourcesReport = { price: [], sentiment: { feeds: [], headlines: [] } };

test('a report is read at most once per second, even after a failure', async () => {
  const reads: number[] = [];
  let fault: Error | undefined;
  const report = shareReport(async (now) => {
    reads.push(now);
    if (fault) throw fault;
    return REPORT;
  });
  for (let time = NOW; time < NOW + 3000; time += 10) assert.equal(await report(time), REPORT);
  assert.deepEqual(reads, [NOW, NOW + 1000, NOW + 2000]);
  fault = new Error('away');
  for (let time = NOW + 3000; time < NOW + 5000; time += 100) await assert.rejects(report(time), fault);
  assert.deepEqual(reads.slice(3), [NOW + 3000, NOW + 4000]);
  fault = undefined;
  assert.equal(await report(NOW - 60_000), REPORT, 'after the clock was set back');
  assert.equal(reads.length, 6);
});

test('a slow report is not read twice at the same time', async () => {
  let reads = 0;
  const report = shareReport(async () => {
    reads += 1;
    await sleep(50);
    return REPORT;
  });
  const outcomes = [report(NOW), report(NOW + 5000), report(NOW + 60_000)];
  await Promise.all(outcomes);
  assert.equal(reads, 1);
  await report(NOW + 60_000);
  assert.equal(reads, 2);
});

test('/sources and /metrics share a report', async (t) => {
  let now = NOW;
  const upstream = await startUpstream(t, JSON.stringify([snapshot(NOW, 100)]));
  const service = await startTestService(t, { SENTICRYPT_URL: upstream.url }, () => now);
  const state = async () => (await json(service.get('/sources'))).price[0].state;
  const counted = async () =>
    /source_state{kind="feed",name="senticrypt",state="(\w+)"} 1/.exec(
      await (await service.get('/metrics')).text(),
    )?.[1];
  assert.equal(await state(), 'resting');
  await service.post();
  await sleep(50);
  assert.deepEqual([await state(), await counted()], ['resting', 'resting'], 'within the same second');
  now += 1000;
  assert.deepEqual([await counted(), await state()], ['ok', 'ok']);
});
