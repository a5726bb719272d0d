import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { finish, run } from '../../support/processes/process.ts';
import { PROGRAM } from '../../support/processes/program.ts';
import { needsStrace, straceArgsToFail } from '../../support/processes/strace.ts';
import { temporaryFolder } from '../../support/temporary.ts';

const SECOND_SYNC_FAILS = straceArgsToFail('fdatasync', 'EIO', 2);

test('a sync that fails ends an import, and what was acknowledged is stored', needsStrace, async (t) => {
  const folder = temporaryFolder(t);
  const input = join(folder, 'samples.csv');
  // Enough for several transactions.
  const rows = Array.from({ length: 60_000 }, (_, index) => `${1_704_067_200 + index * 30},1`);
  writeFileSync(input, `time,price\n${rows.join('\n')}\n`);
  const args = [...SECOND_SYNC_FAILS, process.execPath, PROGRAM, 'import', input, '--json'];
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

test('a sync that fails ends the service, for its process manager to restart', needsStrace, async (t) => {
  const env = {
    SOURCE: 'simulated',
    DATA_DIR: temporaryFolder(t),
    PORT: '0',
    REFRESH_INTERVAL: '1s',
    UV_THREADPOOL_SIZE: '1',
  };
  const args = [...SECOND_SYNC_FAILS, process.execPath, PROGRAM, 'serve'];
  const { code, output } = await finish(run(t, 'strace', args, { env }));
  assert.equal(code, 75, output);
  assert.match(output, /"level":60.*could not be synced.*the store no longer accepts writes/);
});
