import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { StoreError } from '../../src/domain/errors.ts';
import { createMemory } from '../../src/stores/sqlite/memory.ts';
import { openSqlite } from '../../src/stores/sqlite/open.ts';
import type { Store } from '../../src/stores/store.ts';
import { memoryContract } from '../contracts/memory.ts';
import { storeContract } from '../contracts/store.ts';
import { temporaryFolder } from '../support/temporary.ts';

const paths = new WeakMap<Store, string>();

/** As another process would: a connection of its own to the same file. */
function elsewhere(store: Store, work: (database: DatabaseSync) => void): void {
  const database = new DatabaseSync(paths.get(store) ?? '');
  work(database);
  database.close();
}

storeContract({
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
});

memoryContract({
  name: 'sqlite',
  options: {},
  async open(t) {
    const path = join(temporaryFolder(t), 'samples.sqlite');
    return {
      async process() {
        const opened = await openSqlite({ path, access: 'write' });
        if (!opened) throw new Error('it is created');
        t.after(() => opened.store[Symbol.asyncDispose]());
        return opened.memory;
      },
    };
  },
});

test('sqlite: a file of version 1 is taken over with its samples, and remembers from then on', async (t) => {
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
  await opened?.memory.write('a', 'b');
  assert.equal(await opened?.memory.read('a'), 'b');
  assert.equal((await opened?.store.threeHours(1767225600000))?.hours[2].sentiment, 0.5);
});

test('sqlite: what is remembered in a file that goes meanwhile is not acknowledged', async (t) => {
  const path = join(temporaryFolder(t), 'samples.sqlite');
  const opened = await openSqlite({ path, access: 'write' });
  await opened?.memory.write('a', 'before');
  await opened?.store[Symbol.asyncDispose]();
  using database = new DatabaseSync(path);
  const gone = new StoreError('failed', 'the file was replaced');
  const memory = createMemory(() => ({
    database,
    assertThere() {
      throw gone;
    },
  }));
  await assert.rejects(memory.write('a', 'after'), gone);
  await assert.rejects(memory.settle('b', 'after'), gone);
  await assert.rejects(memory.changeHeadlines({ keep: new Map([['c', '']]), forget: [] }), gone);
  assert.equal(await memory.read('a'), 'before');
  assert.equal(await memory.read('b'), undefined);
  assert.equal((await memory.headlines(undefined))?.texts.size, 0);
});

test('sqlite: thousands of headlines are kept in many turns of the loop', async (t) => {
  const opened = await openSqlite({ path: join(temporaryFolder(t), 'samples.sqlite'), access: 'write' });
  t.after(() => opened?.store[Symbol.asyncDispose]());
  const keep = new Map(Array.from({ length: 5000 }, (_, index) => [`feed\n${index}`, 'x'.repeat(700)]));
  let turns = 0;
  const counting = setInterval(() => {
    turns += 1;
  }, 0);
  await opened?.memory.changeHeadlines({ keep, forget: [] });
  clearInterval(counting);
  assert.ok(turns >= 5, `${turns} turns`);
  assert.equal((await opened?.memory.headlines(undefined))?.texts.size, 5000);
});
