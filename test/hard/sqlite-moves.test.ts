import assert from 'node:assert/strict';
import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { post } from '../support/poster.ts';
import { serve } from '../support/process.ts';
import { temporaryFolder } from '../support/temporary.ts';

const KEPT = 500;

/** A service with a day of samples, and a backup with a part of them. */
async function withBackup(t: TestContext) {
  const folder = temporaryFolder(t);
  const service = await serve(t, { SOURCE: 'simulated', DATA_DIR: folder });
  assert.equal((await post(service.address)).outcome, '200');
  const path = join(folder, 'simulated.sqlite');
  const backup = join(temporaryFolder(t), 'backup.sqlite');
  using file = new DatabaseSync(path, { timeout: 1000 });
  file.exec(`VACUUM INTO '${backup}'`);
  using copy = new DatabaseSync(backup);
  copy.exec(`DELETE FROM sample WHERE time NOT IN (SELECT time FROM sample ORDER BY time LIMIT ${KEPT})`);
  return { service, folder, path, move: () => renameSync(backup, path) };
}

function assertWhole(path: string, count: number): void {
  using database = new DatabaseSync(path);
  assert.deepEqual({ ...database.prepare('PRAGMA integrity_check').get() }, { integrity_check: 'ok' });
  assert.equal(database.prepare('SELECT count(*) AS count FROM sample').get()?.['count'], count);
}

test('a backup that is moved into place is whole, however the service ends', async (t) => {
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    const { service, folder, path, move } = await withBackup(t);
    move();
    service.child.kill(signal);
    await service.ended;
    assertWhole(path, KEPT);
    const next = await serve(t, { SOURCE: 'simulated', DATA_DIR: folder });
    assert.equal((await post(next.address)).outcome, '200');
    assert.doesNotMatch(next.output(), /malformed/);
  }
});

test('a backup that is moved into place is whole for others too', async (t) => {
  const { service, path, move } = await withBackup(t);
  move();
  assertWhole(path, KEPT);
  await sleep(1000);
  assert.equal((await post(service.address)).outcome, '200');
  assert.equal((await post(service.address)).outcome, '200');
  service.child.kill('SIGTERM');
  await service.ended;
  using database = new DatabaseSync(path);
  assert.deepEqual({ ...database.prepare('PRAGMA integrity_check').get() }, { integrity_check: 'ok' });
});

test('a refresh into a file that is replaced meanwhile is not acknowledged', async (t) => {
  const { service, path, move } = await withBackup(t);
  {
    using other = new DatabaseSync(path, { timeout: 1000 });
    other.exec('DELETE FROM sample; BEGIN IMMEDIATE');
    const refreshed = post(service.address);
    await sleep(500);
    move();
    other.exec('ROLLBACK');
    assert.match((await refreshed).outcome, /^503 store_failed/);
  }
  assert.equal((await post(service.address)).outcome, '200');
});

test('a service whose folder was deleted does not write into that of another one', async (t) => {
  const { service, folder } = await withBackup(t);
  rmSync(folder, { recursive: true });
  const second = await serve(t, { SOURCE: 'simulated', DATA_DIR: folder });
  assert.equal((await post(second.address)).outcome, '200');
  assert.match((await post(service.address)).outcome, /^503 store_unsuitable/);
  assert.equal((await fetch(`${service.address}/is-bitcoin-lit`)).status, 200, 'the last answer');
  assert.equal((await post(second.address)).outcome, '200');
});
