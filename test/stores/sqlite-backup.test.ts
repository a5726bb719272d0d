import assert from 'node:assert/strict';
import {
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { openSqlite } from '../../src/stores/sqlite/open.ts';
import { command } from '../support/processes/command.ts';
import { finish, run } from '../support/processes/process.ts';
import { PROGRAM } from '../support/processes/program.ts';
import { needsStrace, straceArgsToFail } from '../support/processes/strace.ts';
import { temporaryFolder } from '../support/temporary.ts';

const START = Date.UTC(2026, 0, 5);
const { signal } = new AbortController();

const samplesFrom = (first: number, count: number) =>
  Array.from({ length: count }, (_, index) => ({ time: START + (first + index) * 1000, price: 1 }));

test('a backup shows the store at one moment, even during writes', async (t) => {
  const folder = temporaryFolder(t);
  const path = join(folder, 'samples.sqlite');
  const target = join(folder, 'copy.sqlite');
  const opened = await openSqlite({ path, access: 'serve' });
  const looked = await openSqlite({ path, access: 'read' });
  if (!opened || !looked) throw new Error('it is created');
  t.after(() => Promise.all([opened, looked].map(({ store }) => store[Symbol.asyncDispose]())));
  await opened.store.append(samplesFrom(0, 50_000), signal);
  let isCopied = false;
  const copied = looked.backUp(target, signal).then(() => {
    isCopied = true;
  });
  // Each writes both ends: a copy of several moments has one without the other.
  let round = 0;
  while (!isCopied) {
    await opened.store.append([...samplesFrom(-1 - round, 1), ...samplesFrom(50_000 + round, 1)], signal);
    round += 1;
  }
  await copied;
  assert.ok(round > 0);
  using copy = new DatabaseSync(target);
  const { before, after } =
    copy
      .prepare('SELECT sum(time < ?1) AS before, sum(time >= ?1 + 50000000) AS after FROM sample')
      .get(START) ?? {};
  assert.equal(before, after);
  assert.deepEqual({ ...copy.prepare('PRAGMA integrity_check').get() }, { integrity_check: 'ok' });
  const again = await openSqlite({ path: target, access: 'write' });
  assert.equal(await again?.store.oldest(), START - Number(before) * 1000);
  await again?.store[Symbol.asyncDispose]();
});

async function openWith(t: TestContext, count: number) {
  const folder = temporaryFolder(t);
  const opened = await openSqlite({ path: join(folder, 'samples.sqlite'), access: 'write' });
  if (!opened) throw new Error('it is created');
  t.after(() => opened.store[Symbol.asyncDispose]());
  await opened.store.append(samplesFrom(0, count), signal);
  return { folder, path: join(folder, 'samples.sqlite'), backUp: opened.backUp };
}

test('a backup replaces no file, follows no link, and leaves no side files', async (t) => {
  const { folder, path, backUp } = await openWith(t, 1);
  const place = (name: string) => join(folder, name);
  await backUp(place('copy'), signal);
  writeFileSync(place('other'), 'mine');
  symlinkSync(place('other'), place('link'));
  symlinkSync(place('nowhere'), place('dangling'));
  // What SQLite would take for the log of the copy.
  writeFileSync(place('lonely-wal'), 'mine');
  const before = readdirSync(folder);
  for (const name of ['copy', 'other', 'link', 'dangling', 'lonely']) {
    await assert.rejects(backUp(place(name), signal), { code: 'unsuitable', message: /already exists/ });
  }
  await assert.rejects(backUp(place('nowhere/copy'), signal), {
    code: 'failed',
    message: /cannot be written/,
  });
  assert.deepEqual(readdirSync(folder), before);
  assert.equal(readFileSync(place('other'), 'utf8'), 'mine');
  assert.ok(
    readFileSync(path)
      .subarray(0, 16)
      .equals(readFileSync(place('copy')).subarray(0, 16)),
  );
});

test('a failed backup removes what it created, and nothing else', async (t) => {
  const { folder, backUp } = await openWith(t, 50_000);
  const target = join(folder, 'copy');
  const copying = backUp(target, signal);
  while (!existsSync(target)) await setImmediate();
  // Its place is taken by another file meanwhile.
  rmSync(target);
  writeFileSync(target, 'mine');
  await assert.rejects(copying, { name: 'StoreError' });
  assert.equal(readFileSync(target, 'utf8'), 'mine');
  rmSync(target);
  // No file may get longer than a hundred kilobytes: the system's own error for a disk without room.
  const before = readdirSync(folder);
  const script = 'trap "" XFSZ; ulimit -f 100 && exec "$0" "$1" backup "$2"';
  const limited = run(t, 'bash', ['-c', script, process.execPath, PROGRAM, target], {
    env: { DATA_DIR: folder },
  });
  const { code, output } = await finish(limited);
  assert.equal(code, 73, output);
  assert.deepEqual(readdirSync(folder), before);
});

test('a backup that is aborted rejects and leaves no file', async (t) => {
  const { folder, backUp } = await openWith(t, 300_000);
  const target = join(folder, 'copy');
  const stopping = new AbortController();
  const copying = backUp(target, stopping.signal);
  while (!existsSync(target)) await setImmediate();
  stopping.abort();
  await assert.rejects(copying, { name: 'AbortError' });
  assert.ok(!existsSync(target));
});

test('a backup works on a file system without hard links', needsStrace, async (t) => {
  const { folder } = await openWith(t, 1000);
  const target = join(folder, 'copy.sqlite');
  const args = [...straceArgsToFail('link,linkat', 'EPERM'), process.execPath, PROGRAM, 'backup', target];
  const { code, output } = await finish(run(t, 'strace', args, { env: { DATA_DIR: folder } }));
  assert.equal(code, 0, output);
  using copy = new DatabaseSync(target, { readOnly: true });
  assert.equal(copy.prepare('SELECT count(*) AS count FROM sample').get()?.['count'], 1000);
});

/** A backup of 50,000 samples, and a store without any. */
async function openBackup(t: TestContext) {
  const { folder, backUp } = await openWith(t, 50_000);
  const file = join(folder, 'backup.sqlite');
  await backUp(file, signal);
  const { path: empty } = await openWith(t, 0);
  return { file, empty };
}

test('a failed restore leaves the file that was there', async (t) => {
  const { file, empty } = await openBackup(t);
  const kept = readFileSync(empty);
  const before = readdirSync(dirname(empty)).filter((name) => !name.includes('serving'));
  const script = 'trap "" XFSZ; ulimit -f 100 && exec "$0" "$1" restore "$2"';
  const limited = run(t, 'bash', ['-c', script, process.execPath, PROGRAM, file], {
    env: { DATA_DIR: dirname(empty) },
  });
  const { code, output } = await finish(limited);
  assert.equal(code, 75, output);
  assert.match(output, /the backup cannot be restored: /);
  assert.deepEqual(readFileSync(empty), kept);
  assert.deepEqual(
    readdirSync(dirname(empty)).filter((name) => !name.includes('serving')),
    before,
  );
});

test('a restore replaces what a link leads to, and what a killed restore left', async (t) => {
  const { file, empty } = await openBackup(t);
  const folder = temporaryFolder(t);
  symlinkSync(empty, join(folder, 'samples.sqlite'));
  for (const name of ['restoring', 'restoring-journal']) writeFileSync(`${empty}.${name}`, 'left');
  const { code, stderr } = await command(t, ['restore', file], { DATA_DIR: folder });
  assert.equal(code, 0, stderr);
  assert.ok(lstatSync(join(folder, 'samples.sqlite')).isSymbolicLink());
  using restored = new DatabaseSync(empty, { readOnly: true });
  assert.equal(restored.prepare('SELECT count(*) AS count FROM sample').get()?.['count'], 50_000);
});

test('a restore keeps the log of a file that was moved away', async (t) => {
  const { file } = await openBackup(t);
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'samples.sqlite-wal'), 'mine');
  const { code, stderr } = await command(t, ['restore', file], { DATA_DIR: folder });
  assert.equal(code, 73, stderr);
  assert.match(stderr, /-wal belongs to a file that was moved away/);
  assert.equal(readFileSync(join(folder, 'samples.sqlite-wal'), 'utf8'), 'mine');
});

test('a backup that another process locks is to be restored again later', async (t) => {
  const { file, empty } = await openBackup(t);
  using other = new DatabaseSync(file);
  other.exec('SELECT count(*) FROM sample; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
  other.exec('DELETE FROM sample WHERE time = 0');
  const { code, stderr } = await command(t, ['restore', file], { DATA_DIR: dirname(empty) });
  assert.equal(code, 75, stderr);
  assert.match(stderr, /locked by another process/);
});
