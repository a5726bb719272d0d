import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { json, startTestService } from '../../support/processes/service.ts';

/** Holds the event loop, as too much work would. */
function hold(milliseconds: number): void {
  const until = performance.now() + milliseconds;
  while (performance.now() < until);
}

test('under overload, only the answer and health checks are served; all requests are served afterwards', async (t) => {
  const service = await startTestService(t, { SOURCE: 'simulated' });
  await service.post();
  for (let turn = 0; turn < 3; turn += 1) {
    hold(1200);
    await sleep(0);
  }
  const refused = await service.post();
  assert.equal(refused.status, 503);
  assert.ok(Number(refused.headers.get('retry-after')) > 0);
  assert.equal((await json(refused)).code, 'overloaded');
  assert.equal((await service.get('/live')).status, 503);
  assert.equal((await service.get()).status, 200);
  assert.equal((await service.get('/health/live')).status, 200);
  assert.equal((await service.get('/health/ready')).status, 200);
  const metrics = await (await service.get('/metrics')).text();
  assert.match(metrics, /^is_bitcoin_lit_shed_total 2$/m);

  const until = Date.now() + 5000;
  let status = 0;
  while (status !== 200 && Date.now() < until) {
    await sleep(200);
    ({ status } = await service.post());
  }
  assert.equal(status, 200);
});

test('a single delay that is over causes no rejections', async (t) => {
  const service = await startTestService(t, { SOURCE: 'simulated' });
  // The first delay falls into an interval with many normal turns; the second fills an interval.
  await sleep(1100);
  for (let turn = 0; turn < 2; turn += 1) {
    hold(1200);
    await sleep(0);
  }
  assert.equal((await service.post()).status, 200);
});
