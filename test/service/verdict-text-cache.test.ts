import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createVerdictTexts } from '../../src/service/past/verdict-texts.ts';
import type { SampleStore } from '../../src/stores/sample-store.ts';
import { openSqlite } from '../../src/stores/sqlite/open.ts';
import { temporaryFolder } from '../support/temporary.ts';

const HOUR = 3_600_000;
const PAGE = 720 * HOUR;
const START = 600 * PAGE;
const { signal } = new AbortController();

async function openWithHours(t: TestContext, pages: number): Promise<SampleStore> {
  const path = join(temporaryFolder(t), 'samples.sqlite');
  const opened = await openSqlite({ path, access: 'serve' });
  assert.ok(opened);
  const { store } = opened;
  t.after(() => store[Symbol.asyncDispose]());
  const samples = Array.from({ length: pages * 720 }, (_, hour) => ({
    time: START + hour * HOUR,
    price: 100 + (hour % 7),
    sentiment: 0,
  }));
  await store.append(samples, signal);
  return store;
}

async function textsOf(
  read: ReturnType<typeof createVerdictTexts>,
  store: SampleStore,
  [first, end]: readonly [number, number],
  format: 'csv' | 'json' = 'csv',
): Promise<Buffer[]> {
  const range = { from: START + first * PAGE, to: START + end * PAGE };
  return await Array.fromAsync(read(store, range, format, signal));
}

const areSame = (one: readonly Buffer[], other: readonly Buffer[]) =>
  one.map((text, index) => text === other[index]);

test('the text of a page is written once for each format, until one of its hours changes', async (t) => {
  const store = await openWithHours(t, 3);
  const read = createVerdictTexts();
  const first = await textsOf(read, store, [0, 3]);
  const json = await textsOf(read, store, [0, 3], 'json');
  assert.deepEqual(areSame(await textsOf(read, store, [0, 3]), first), [true, true, true]);
  // The separator before the first row is not sent.
  assert.deepEqual(areSame(await textsOf(read, store, [0, 3], 'json'), json), [false, true, true]);

  await store.append([{ time: START + PAGE + 100 * HOUR + 1, price: 999 }], signal);
  const changed = await textsOf(read, store, [0, 3]);
  assert.deepEqual(areSame(changed, first), [true, false, true]);
  assert.notDeepEqual(changed[1], first[1]);
  assert.deepEqual(areSame(await textsOf(read, store, [0, 3]), changed), [true, true, true]);
});

test('texts are dropped when nobody has used them for a while, each by its own use', async (t) => {
  const store = await openWithHours(t, 2);
  let now = 0;
  const read = createVerdictTexts({ maxUnusedMs: 40, clock: () => now });
  /** The check runs every 10 ms of real time, so it has run before this wait is over. */
  const checked = () => sleep(100);
  const first = await textsOf(read, store, [0, 2]);
  now = 30;
  await textsOf(read, store, [1, 2]);
  now = 45;
  await checked();
  const second = await textsOf(read, store, [0, 2]);
  assert.deepEqual(areSame(second, first), [false, true]);
  assert.deepEqual(second, first);
  now = 84;
  await checked();
  assert.deepEqual(areSame(await textsOf(read, store, [0, 2]), second), [true, true]);
  now = 124;
  await checked();
  assert.deepEqual(areSame(await textsOf(read, store, [0, 2]), second), [false, false]);
});

test('the texts that were used last are kept within a number of bytes, replaced ones not at all', async (t) => {
  const store = await openWithHours(t, 3);
  const size = (await textsOf(createVerdictTexts(), store, [0, 1]))[0]?.length ?? 0;
  // Two pages with their hours and the ends of their rows.
  const read = createVerdictTexts({ maxBytes: 2.5 * (size + 720 * 36) });
  const first = await textsOf(read, store, [0, 2]);
  for (let change = 1; change < 20; change += 1) {
    await store.append([{ time: START + PAGE + change * HOUR + 1, price: 200 + change }], signal);
    await textsOf(read, store, [1, 2]);
  }
  assert.equal((await textsOf(read, store, [0, 1]))[0], first[0], 'replaced texts took no room');
  await textsOf(read, store, [1, 3]);
  assert.notEqual((await textsOf(read, store, [0, 1]))[0], first[0], 'three pages do not fit');
});
