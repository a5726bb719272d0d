import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { cpuSlowdown } from '../support/processes/cpu-slowdown.ts';
import { run } from '../support/processes/process.ts';
import { json, startTestService } from '../support/processes/service.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { snapshot, startUpstream } from '../support/upstreams/upstream.ts';

const HOLD = `
  const { DatabaseSync } = require('node:sqlite');
  const database = new DatabaseSync(process.argv[1]);
  database.exec('BEGIN IMMEDIATE');
  console.log('locked');
  setTimeout(() => { database.exec('ROLLBACK'); console.log('free'); }, 2000);
`;

test('while another process holds the write lock, answers continue, and the refresh succeeds afterwards', async (t) => {
  const folder = temporaryFolder(t);
  const now = Date.now();
  const upstream = await startUpstream(t, JSON.stringify([snapshot(now - 2000)]));
  // Every answer is read from the file.
  const env = { SENTICRYPT_URL: upstream.url, DATA_DIR: folder, CACHE_TTL: '0' };
  const service = await startTestService(t, env);
  await service.post();
  const holder = run(t, process.execPath, ['-e', HOLD, join(folder, 'samples.sqlite')]);
  await holder.until(/locked/);

  upstream.answer(JSON.stringify([snapshot(now - 1000)]));
  let isOver = false;
  const refreshed = json(service.post()).finally(() => {
    isOver = true;
  });
  const before = await cpuSlowdown();
  let slowest = 0;
  let answers = 0;
  while (!/free/.test(holder.output())) {
    const began = performance.now();
    assert.equal((await service.get()).status, 200);
    slowest = Math.max(slowest, performance.now() - began);
    answers += 1;
    assert.equal(isOver, false, 'the refresh waits');
    await sleep(5);
  }
  const bound = 100 * Math.max(before, await cpuSlowdown());
  assert.ok(answers > 50 && slowest < bound, `${answers} answers, the slowest in ${slowest} ms`);
  assert.equal((await refreshed).added, 1);
});
