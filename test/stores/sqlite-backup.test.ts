import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { openSqlite } from '../../src/stores/sqlite/open.ts';
import { temporaryFolder } from '../support/temporary.ts';

const START = Date.UTC(2026, 0, 5);
const { signal } = new AbortController();
const samplesFrom = (first: number, count: number) =>
  Array.from({ length: count }, (_, index) => ({ time: START + (first + index) * 1000, price: 1 }));

test('a backup is the store of one moment, while it is written', async (t) => {
  const folder = temporaryFolder(t);
  const path = join(folder, 'samples.sqlite');
  const target = join(folder, 'copy.sqlite');
  const opened = await openSqlite({ path, access: 'serve' });
  const looked = await openSqlite({ path, access: 'read' });
  if (!opened || !looked) throw new Error('it is created');
  t.after(() => Promise.all([opened, looked].map(({ store }) => store[Symbol.asyncDispose]())));
  await opened.store.append(samplesFrom(0, 50_000), signal);
  let isCopied = false;
  const copied = looked.backUp(target).then(() => {
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

test('a backup takes no other file’s place, and leaves none behind', async (t) => {
  const folder = temporaryFolder(t);
  const path = join(folder, 'samples.sqlite');
  const opened = await openSqlite({ path, access: 'write' });
  t.after(() => opened?.store[Symbol.asyncDispose]());
  const target = join(folder, 'copy.sqlite');
  await opened?.backUp(target);
  await assert.rejects(opened?.backUp(target) ?? Promise.resolve(), { code: 'unsuitable' });
  await assert.rejects(opened?.backUp(join(folder, 'nowhere', 'copy')) ?? Promise.resolve(), {
    code: 'failed',
  });
  assert.ok(existsSync(target));
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.includes('.part')),
    [],
  );
});
