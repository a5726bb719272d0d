import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { fault } from '../support/fault.ts';
import { cli, finish } from '../support/process.ts';
import { onFile } from '../support/stages.ts';
import { temporaryFolder } from '../support/temporary.ts';

const canMount = process.platform === 'linux' && process.getuid?.() === 0;
if (!canMount && process.env['CI']) throw new Error('with CI set, a small disk has to be mounted');
const needsMount = { skip: !canMount && 'only root can mount a small disk' };

/** A service on a disk of one megabyte. */
async function onSmallDisk(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'is-bitcoin-lit-disk-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'is-bitcoin-lit', folder]);
  t.after(() => {
    // Whoever still has a file of it open keeps that file, and not the place.
    execFileSync('umount', ['--lazy', folder]);
    rmSync(folder, { recursive: true });
  });
  return { filler: join(folder, 'filler'), env: { DATA_DIR: folder } };
}

function fill(path: string): void {
  try {
    writeFileSync(path, Buffer.alloc(2 ** 21));
  } catch {
    // As much as there was place for.
  }
}

/** What was acknowledged is in the file that has the name, for whoever starts next. */
function assertKept(path: string): void {
  using database = new DatabaseSync(path, { readOnly: true });
  assert.ok(Number(database.prepare('SELECT count(*) AS count FROM sample').get()?.['count']) > 2);
  assert.deepEqual({ ...database.prepare('PRAGMA integrity_check').get() }, { integrity_check: 'ok' });
}

/** A copy of the file as it is now, as a backup would be. */
function copy(path: string, to: string): void {
  using database = new DatabaseSync(path);
  database.exec(`VACUUM INTO '${to}'`);
}

fault({
  name: 'another process holds the write lock of the file',
  on: async (t) => ({ ...(await onFile(t)), other: new DatabaseSync(':memory:', { timeout: 2000 }) }),
  inflict: ({ other, path }) => other.exec(`ATTACH '${path}' AS file; BEGIN EXCLUSIVE`),
  end: ({ other }) => other.close(),
  expected: { refresh: 'waits' },
});

fault({
  name: 'the disk is full',
  options: needsMount,
  on: onSmallDisk,
  inflict: ({ filler }) => fill(filler),
  end: ({ filler }) => rmSync(filler),
  expected: { refresh: /^503 store_failed/, log: /disk is full/ },
});

fault({
  name: 'the file is deleted',
  on: onFile,
  inflict: ({ path }) => rmSync(path),
  end: ({ path }) => assertKept(path),
  expected: { refresh: /^200/, log: /was replaced or deleted/ },
});

fault({
  name: 'the folder is deleted',
  on: onFile,
  inflict: ({ folder }) => rmSync(folder, { recursive: true }),
  end: ({ path }) => assertKept(path),
  expected: { refresh: /^200/, log: /was replaced or deleted/ },
});

fault({
  name: 'the file is replaced by an older one',
  async on(t) {
    const stage = await onFile(t);
    return { ...stage, backup: join(temporaryFolder(t), 'backup.sqlite') };
  },
  inflict({ path, backup }) {
    copy(path, backup);
    renameSync(backup, path);
  },
  end: ({ path }) => assertKept(path),
  expected: { refresh: /^200/, log: /was replaced or deleted/, goesBack: true },
});

fault({
  name: 'the file is replaced by something else',
  async on(t) {
    const stage = await onFile(t);
    return { ...stage, aside: join(temporaryFolder(t), 'aside.sqlite') };
  },
  inflict({ path, aside }) {
    renameSync(path, aside);
    writeFileSync(path, 'no database, but long enough to be looked at. '.repeat(50));
  },
  end: ({ path, aside }) => renameSync(aside, path),
  expected: { refresh: /^503 store_unsuitable/, log: /not an SQLite database: move it away/ },
});

test('two services start at once on one file: one serves, the other says why it does not', async (t) => {
  const env = { DATA_DIR: temporaryFolder(t), PORT: '0', REFRESH_INTERVAL: '0' };
  const both = [cli(t, ['serve'], env), cli(t, ['serve'], env)];
  const { code, output } = await Promise.race(both.map(finish));
  assert.equal(code, 78, output);
  assert.match(output, /DATA_DIR is served by another process/);
  const served = both.filter(({ child }) => child.exitCode === null);
  assert.equal(served.length, 1);
  await served[0]?.until(/listening on/);
});
