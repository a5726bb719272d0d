import assert from 'node:assert/strict';
import { existsSync, mkdirSync, renameSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import type { Worker } from 'node:worker_threads';
import { messagesOf, type StoreError } from '../../src/domain/errors.ts';
import type { SampleStore } from '../../src/stores/sample-store.ts';
import { startCheckpoints } from '../../src/stores/sqlite/log/checkpoints.ts';
import { openSqlite } from '../../src/stores/sqlite/open.ts';
import { retentionContract } from '../contracts/retention.ts';
import { stateStoreContract } from '../contracts/state-store.ts';
import { type StoreUnderTest, storeContract } from '../contracts/store.ts';
import { eventually } from '../support/eventually.ts';
import { temporaryFolder } from '../support/temporary.ts';

const { signal } = new AbortController();

const paths = new WeakMap<SampleStore, string>();

/** A separate connection to the same file, as another process would have. */
function elsewhere(store: SampleStore, work: (database: DatabaseSync) => void): void {
  const database = new DatabaseSync(paths.get(store) ?? '');
  work(database);
  database.close();
}

const underTest: StoreUnderTest = {
  name: 'sqlite',
  options: {},
  async open(t) {
    const path = join(temporaryFolder(t), 'samples.sqlite');
    const opened = await openSqlite({ path, access: 'serve' });
    if (!opened) throw new Error('it is created');
    const { store } = opened;
    t.after(() => store[Symbol.asyncDispose]());
    paths.set(store, path);
    return store;
  },
  async openBeside(t, store) {
    const opened = await openSqlite({ path: paths.get(store) ?? '', access: 'write' });
    if (!opened) throw new Error('it is there');
    t.after(() => opened.store[Symbol.asyncDispose]());
    return opened.store;
  },
  async intrude(store, { time, price = null, sentiment = null }) {
    elsewhere(store, (database) => {
      database.prepare('INSERT INTO sample VALUES (?, ?, ?)').run(time, price, sentiment);
    });
  },
  async clear(store) {
    elsewhere(store, (database) => database.exec('DELETE FROM sample'));
  },
};
storeContract(underTest);
retentionContract(underTest);

stateStoreContract({
  name: 'sqlite',
  options: {},
  async open(t) {
    const path = join(temporaryFolder(t), 'samples.sqlite');
    return {
      async process() {
        const opened = await openSqlite({ path, access: 'write' });
        if (!opened) throw new Error('it is created');
        t.after(() => opened.store[Symbol.asyncDispose]());
        return opened.stateStore;
      },
    };
  },
});

test('sqlite: a file of version 1 is upgraded with its samples, and can save state afterwards', async (t) => {
  const path = join(temporaryFolder(t), 'samples.sqlite');
  const old = new DatabaseSync(path);
  old.exec('CREATE TABLE sample (time INTEGER PRIMARY KEY, price REAL, sentiment REAL) STRICT');
  old.exec('INSERT INTO sample VALUES (1767225600000, 5, 0.5)');
  old.exec(`PRAGMA application_id = ${0x6c697421}; PRAGMA user_version = 1`);
  old.close();
  const look = await openSqlite({ path, access: 'read' });
  assert.equal((await look?.store.threeHours(1767225600000))?.hours[2].price, 5, 'it can be read as it is');
  await look?.store[Symbol.asyncDispose]();
  const opened = await openSqlite({ path, access: 'serve' });
  t.after(() => opened?.store[Symbol.asyncDispose]());
  await opened?.stateStore.write('a', 'b');
  assert.equal(await opened?.stateStore.read('a'), 'b');
  assert.equal((await opened?.store.threeHours(1767225600000))?.hours[2].sentiment, 0.5);
});

test('sqlite: after the file is moved, writes are rejected, and acknowledged ones are in the moved file', async (t) => {
  for (const access of ['serve', 'write'] as const) {
    const folder = temporaryFolder(t);
    const path = join(folder, 'samples.sqlite');
    const moved = join(folder, 'moved.sqlite');
    const opened = await openSqlite({ path, access });
    if (!opened) throw new Error('it is created');
    const { store, stateStore } = opened;
    await store.append([{ time: 1767225600000, price: 5 }], signal);
    await stateStore.write('a', 'before');
    renameSync(path, moved);
    const gone = { name: 'StoreError', message: /moved, replaced or deleted/ };
    await assert.rejects(stateStore.write('a', 'after'), gone);
    await assert.rejects(stateStore.settle('b', 'after'), gone);
    await assert.rejects(stateStore.changeHeadlines({ keep: new Map([['c', '']]), forget: [] }), gone);
    await assert.rejects(store.append([{ time: 1767225700000, price: 6 }], signal), gone);
    await assert.rejects(store.check(), gone);
    assert.equal((await store.newest(1767225600000)).price, 1767225600000, 'it can be read on');
    using copy = new DatabaseSync(moved, { readOnly: true });
    assert.equal(copy.prepare('SELECT count(*) AS count FROM sample').get()?.['count'], 1);
    assert.equal(statSync(`${path}-wal`).size, 0, 'nothing of the log is left to another file');
    await store[Symbol.asyncDispose]();
    assert.equal(existsSync(path), false, 'no file is made in its place');
  }
});

test('sqlite: a file that is moved just before it is closed contains its whole log', async (t) => {
  const folder = temporaryFolder(t);
  const path = join(folder, 'samples.sqlite');
  const moved = join(folder, 'moved.sqlite');
  const opened = await openSqlite({ path, access: 'write' });
  await opened?.store.append([{ time: 1767225600000, price: 5 }], signal);
  renameSync(path, moved);
  await opened?.store[Symbol.asyncDispose]();
  const again = await openSqlite({ path: moved, access: 'read' });
  assert.equal(await again?.store.oldest(), 1767225600000);
  await again?.store[Symbol.asyncDispose]();
  assert.equal(statSync(`${path}-wal`).size, 0);
});

test('sqlite: moving or deleting only the log is detected as well', async (t) => {
  for (const name of ['-wal', '-shm']) {
    const path = join(temporaryFolder(t), 'samples.sqlite');
    const lost = Promise.withResolvers<StoreError>();
    const opened = await openSqlite({ path, access: 'serve', onLost: lost.resolve });
    await opened?.store.append([{ time: 1767225600000, price: 5 }], signal);
    rmSync(`${path}${name}`);
    assert.match((await lost.promise).message, /moved, replaced or deleted/);
    await opened?.store[Symbol.asyncDispose]();
    using database = new DatabaseSync(path);
    assert.equal(database.prepare('SELECT count(*) AS count FROM sample').get()?.['count'], 1);
  }
});

test('sqlite: an unreachable path counts as a lost file, not as a crash', async (t) => {
  const folder = temporaryFolder(t);
  const [data, link, loop] = ['data', 'link', 'loop'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  mkdirSync(data);
  symlinkSync(data, link);
  const lost = Promise.withResolvers<StoreError>();
  const path = join(link, 'samples.sqlite');
  const opened = await openSqlite({ path, access: 'serve', onLost: lost.resolve });
  await opened?.store.append([{ time: 1767225600000, price: 5 }], signal);
  // The system refuses to follow a link to itself, as it refuses a folder without the right to enter it.
  symlinkSync(link, loop);
  renameSync(loop, link);
  assert.match((await lost.promise).message, /moved, replaced or deleted/);
  await opened?.store[Symbol.asyncDispose]();
  using database = new DatabaseSync(join(data, 'samples.sqlite'));
  assert.equal(database.prepare('SELECT count(*) AS count FROM sample').get()?.['count'], 1);
});

test('sqlite: if another process uses the log when the file is moved, the store waits, and reports it', async (t) => {
  const folder = temporaryFolder(t);
  const path = join(folder, 'samples.sqlite');
  const lost = Promise.withResolvers<StoreError>();
  const opened = await openSqlite({ path, access: 'serve', onLost: lost.resolve });
  await opened?.store.append([{ time: 1767225600000, price: 5 }], signal);
  const reader = new DatabaseSync(path, { readOnly: true });
  reader.exec('BEGIN; SELECT count(*) FROM sample');
  renameSync(path, join(folder, 'moved.sqlite'));
  assert.match(messagesOf(await lost.promise), /another process keeps in use: keep the log/);
  reader.close();
  await opened?.store[Symbol.asyncDispose]();
});

/** The samples in a file without its log, as a copy of it alone would have them. */
function countInFile(path: string): number {
  const url = pathToFileURL(path);
  url.searchParams.set('immutable', '1');
  using file = new DatabaseSync(url, { readOnly: true });
  return Number(file.prepare('SELECT count(*) AS count FROM sample').get()?.['count']);
}

test('sqlite: writes reach the file itself soon, and the log has a bounded size', async (t) => {
  const path = join(temporaryFolder(t), 'samples.sqlite');
  const opened = await openSqlite({ path, access: 'serve' });
  t.after(() => opened?.store[Symbol.asyncDispose]());
  const MOST = 2 * 4 * 1024 * 1024;
  for (let round = 1; round <= 5; round += 1) {
    const samples = Array.from({ length: 20_000 }, (_, index) => ({
      time: 1767225600000 + (index * 5 + round) * 30_000,
      price: 1,
    }));
    await opened?.store.append(samples, signal);
    await eventually('all of it is in the file', () => countInFile(path) === round * 20_000);
    assert.ok(statSync(`${path}-wal`).size <= MOST, `${statSync(`${path}-wal`).size} bytes`);
  }
});

test('sqlite: the thread that copies the log ends when it has no work, and starts again', async (t) => {
  const path = join(temporaryFolder(t), 'samples.sqlite');
  const threads: { hasEnded: boolean }[] = [];
  const follow = (worker: Worker) => {
    const thread = { hasEnded: false };
    threads.push(thread);
    worker.once('exit', () => {
      thread.hasEnded = true;
    });
  };
  process.on('worker', follow);
  t.after(() => process.off('worker', follow));
  const opened = await openSqlite({ path, access: 'serve' });
  for (const count of [1, 2, 3]) {
    await opened?.store.append([{ time: 1767225600000 + count, price: 5 }], signal);
    await eventually('it is in the file', () => countInFile(path) === count);
    assert.equal(threads.length, count);
    if (count < 3) await eventually('the thread has ended', () => threads.every((thread) => thread.hasEnded));
  }
  await opened?.store[Symbol.asyncDispose]();
  assert.ok(
    threads.every((thread) => thread.hasEnded),
    'the last one ends with the store',
  );
});

test('sqlite: a thread that cannot copy the log is started again later, with one warning', async (t) => {
  const path = join(temporaryFolder(t), 'samples.sqlite');
  using database = new DatabaseSync(path);
  database.exec(
    'PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; CREATE TABLE sample (time INTEGER)',
  );
  const warnings: string[] = [];
  await using checkpoints = startCheckpoints(path, (text) => warnings.push(text), 100);
  // The thread finds no file.
  renameSync(path, `${path}.away`);
  checkpoints.soon();
  await eventually('it fails', () => warnings.length > 0);
  await sleep(500);
  renameSync(`${path}.away`, path);
  database.exec('INSERT INTO sample VALUES (1)');
  checkpoints.soon();
  await eventually('it is in the file', () => countInFile(path) === 1);
  assert.equal(warnings.length, 1);
});

test('sqlite: thousands of headlines are stored in many turns of the event loop', async (t) => {
  const opened = await openSqlite({ path: join(temporaryFolder(t), 'samples.sqlite'), access: 'write' });
  t.after(() => opened?.store[Symbol.asyncDispose]());
  const keep = new Map(Array.from({ length: 5000 }, (_, index) => [`feed\n${index}`, 'x'.repeat(700)]));
  let turns = 0;
  const counting = setInterval(() => {
    turns += 1;
  }, 0);
  await opened?.stateStore.changeHeadlines({ keep, forget: [] });
  clearInterval(counting);
  assert.ok(turns >= 5, `${turns} turns`);
  assert.equal((await opened?.stateStore.headlines(undefined))?.texts.size, 5000);
});
