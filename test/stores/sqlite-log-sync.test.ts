import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { createLogSync } from '../../src/stores/sqlite/log/log-sync.ts';
import { openSqlite } from '../../src/stores/sqlite/open.ts';
import { temporaryFolder } from '../support/temporary.ts';

const { signal } = new AbortController();

test('log sync: any number of calls at once are answered', async (t) => {
  const path = join(temporaryFolder(t), 'log');
  writeFileSync(path, 'a');
  await using log = createLogSync(path);
  await Promise.all(Array.from({ length: 100 }, () => log.sync()));
  await log.sync();
});

test('log sync: after a failure every later call fails, whatever the system says by then', async (t) => {
  const path = join(temporaryFolder(t), 'log');
  await using log = createLogSync(path);
  await assert.rejects(log.sync(), { code: 'ENOENT' });
  writeFileSync(path, 'a');
  await assert.rejects(Promise.all([log.sync(), log.sync()]), { code: 'ENOENT' });
});

test('sqlite: a log that cannot be opened for syncing ends the writes, and reads go on', async (t) => {
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
