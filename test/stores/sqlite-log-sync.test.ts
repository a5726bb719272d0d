import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { openLogSync } from '../../src/stores/sqlite/log/log-sync.ts';
import { openSqlite } from '../../src/stores/sqlite/open.ts';
import { finish, run } from '../support/processes/process.ts';
import { PROGRAM } from '../support/processes/program.ts';
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

const canTrace = spawnSync('strace', ['-f', 'true']).status === 0;

test('a sync that fails ends an import, and what was acknowledged is stored', {
  skip: !canTrace && 'strace makes the sync fail',
}, async (t) => {
  const folder = temporaryFolder(t);
  const input = join(folder, 'samples.csv');
  // Several transactions.
  const rows = Array.from({ length: 60_000 }, (_, index) => `${1_704_067_200 + index * 30},1`);
  writeFileSync(input, `time,price\n${rows.join('\n')}\n`);
  const fail = [
    '-f',
    '-qq',
    '-o',
    '/dev/null',
    '-e',
    'trace=fdatasync',
    '-e',
    'inject=fdatasync:error=EIO:when=2',
  ];
  const args = [...fail, process.execPath, PROGRAM, 'import', input, '--json'];
  // strace counts the calls of each thread.
  const env = { DATA_DIR: folder, UV_THREADPOOL_SIZE: '1' };
  const { code, output } = await finish(run(t, 'strace', args, { env }));
  assert.equal(code, 75, output);
  assert.match(output, /could not be synced: .*EIO/);
  const added = Number(/"added":(\d+)/.exec(output)?.[1]);
  assert.ok(added > 0 && added < 60_000, output);
  using database = new DatabaseSync(join(folder, 'samples.sqlite'));
  assert.equal(database.prepare('PRAGMA integrity_check').get()?.['integrity_check'], 'ok');
  assert.ok(Number(database.prepare('SELECT count(*) AS count FROM sample').get()?.['count']) >= added);
});
