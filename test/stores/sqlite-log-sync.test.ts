import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openLogSync } from '../../src/stores/sqlite/log/log-sync.ts';
import { openSqlite } from '../../src/stores/sqlite/open.ts';
import { temporaryFolder } from '../support/temporary.ts';

const { signal } = new AbortController();

test('any number of simultaneous syncs succeed', async (t) => {
  const path = join(temporaryFolder(t), 'log');
  writeFileSync(path, 'a');
  await using log = openLogSync(path);
  await Promise.all(Array.from({ length: 100 }, () => log.sync()));
  await log.sync();
});

test('after a failed sync all later ones fail', async () => {
  // Linux cannot sync this device.
  await using log = openLogSync('/dev/null');
  await assert.rejects(log.sync(), { code: 'EINVAL' });
  await assert.rejects(Promise.all([log.sync(), log.sync()]), { code: 'EINVAL' });
});

test('a deleted log ends all writes, but not reads', async (t) => {
  const path = join(temporaryFolder(t), 'samples.sqlite');
  const lost: string[] = [];
  const opened = await openSqlite({ path, access: 'write', onLost: ({ message }) => lost.push(message) });
  if (!opened) throw new Error('it is created');
  rmSync(`${path}-wal`);
  await assert.rejects(opened.store.append([{ time: 1767225600000, price: 5 }], signal), {
    name: 'StoreError',
  });
  await assert.rejects(opened.stateStore.write('a', 'b'), { name: 'StoreError' });
  assert.equal(lost.length, 1);
  assert.equal((await opened.store.newest(1767225600000)).price, 1767225600000);
  await opened.store[Symbol.asyncDispose]();
});
