import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { testStoreFault } from '../../support/faults/store-fault.ts';
import { onSqlite } from '../../support/faults/stores.ts';
import { cli, finish } from '../../support/processes/process.ts';
import { temporaryFolder } from '../../support/temporary.ts';

const canMount = process.platform === 'linux' && process.getuid?.() === 0;
if (!canMount && process.env['CI']) throw new Error('with CI set, root is required, to mount a small disk');
const needsMount = { skip: !canMount && 'only root can mount a small disk' };

/** A file on a disk of one megabyte. */
async function onSmallDisk(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'is-bitcoin-lit-disk-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'is-bitcoin-lit', folder]);
  t.after(() => {
    // Processes with open files do not prevent this.
    execFileSync('umount', ['--lazy', folder]);
    rmSync(folder, { recursive: true });
  });
  const path = join(folder, 'samples.sqlite');
  return { filler: join(folder, 'filler'), path, env: { DATA_DIR: folder } };
}

/** Fills the disk, after emptying the log: a log that has space is overwritten, and needs no more. */
function fill({ filler, path }: { filler: string; path: string }): void {
  using other = new DatabaseSync(path, { timeout: 2000 });
  const emptyLog = () => {
    other.exec('PRAGMA wal_checkpoint(TRUNCATE); BEGIN IMMEDIATE');
    return statSync(`${path}-wal`).size === 0;
  };
  while (!emptyLog()) other.exec('ROLLBACK');
  try {
    writeFileSync(filler, Buffer.alloc(2 ** 21));
  } catch {
    // The disk is full.
  }
  other.exec('ROLLBACK');
}

testStoreFault({
  name: 'another process holds the write lock of the file',
  setUp: async (t) => ({ ...(await onSqlite(t)), other: new DatabaseSync(':memory:', { timeout: 2000 }) }),
  inflict: ({ other, path }) => other.exec(`ATTACH '${path}' AS file; BEGIN EXCLUSIVE`),
  remove: ({ other }) => other.close(),
  expected: { refresh: 'waits' },
});

testStoreFault({
  name: 'the disk is full',
  options: needsMount,
  setUp: onSmallDisk,
  inflict: fill,
  remove: ({ filler }) => rmSync(filler),
  expected: { refresh: /^503 store_failed/, log: /disk is full/ },
});

test('two services start at once on one file: one serves, the other says why it does not', async (t) => {
  const env = { DATA_DIR: temporaryFolder(t), PORT: '0', REFRESH_INTERVAL: '0' };
  const both = [cli(t, ['serve'], env), cli(t, ['serve'], env)];
  const { code, output } = await Promise.race(both.map(finish));
  assert.equal(code, 78, output);
  assert.match(output, /DATA_DIR is in use by another service/);
  const served = both.filter(({ child }) => child.exitCode === null);
  assert.equal(served.length, 1);
  await served[0]?.until(/listening on/);
});
