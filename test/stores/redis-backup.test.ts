import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { WIDTHS } from '../../src/domain/time/bucket-width.ts';
import { openRedis } from '../../src/stores/redis/open.ts';
import type { SampleStore } from '../../src/stores/sample-store.ts';
import { bucketsOf } from '../contracts/history.ts';
import { deleteKeys } from '../support/stores/kept.ts';
import { needsRedis, redisAddress, testRedis } from '../support/stores/redis.ts';
import { temporaryFolder } from '../support/temporary.ts';

const DAY = 86_400_000;
const START = Date.UTC(2026, 0, 5);
const EVER = { from: START - 40 * DAY, to: START + 40 * DAY };
const CUT = START + 3 * DAY;
const { signal } = new AbortController();

/** Ten days of every half minute. */
const SAMPLES = Array.from({ length: 28_800 }, (_, index) => ({
  time: START + index * 30_000,
  price: 30_000 + ((index * 7919) % 1009) / 7,
}));
const LAST = { time: SAMPLES.at(-1)?.time ?? 0, price: 5 };

const nothing = () => undefined;

async function openNew(t: TestContext) {
  const { url, keyPrefix } = testRedis();
  const told = { onChange: nothing, onUpdate: nothing, onWarning: nothing };
  const open = async () => {
    const opened = await openRedis({ address: redisAddress(url), keyPrefix, access: 'write', ...told });
    t.after(() => opened.store[Symbol.asyncDispose]());
    return opened;
  };
  const opened = await open();
  t.after(() => deleteKeys(keyPrefix));
  return { ...opened, beside: (await open()).store };
}

const averagesOf = (store: SampleStore) => bucketsOf(store, EVER, WIDTHS['1h']);

/** A backup of samples, with averages alone before `CUT`. */
async function backUp(t: TestContext) {
  const file = join(temporaryFolder(t), 'backup');
  const { store, backUp } = await openNew(t);
  await store.append(SAMPLES, signal);
  await store.trim(CUT, Date.now(), signal);
  await backUp(file, signal);
  return { file, averages: await averagesOf(store) };
}

test('nothing is trimmed during a restore', needsRedis, async (t) => {
  const { file, averages } = await backUp(t);
  const { restore, store, beside } = await openNew(t);
  let isOver = false;
  const restored = restore(file, signal).finally(() => {
    isOver = true;
  });
  while (!isOver) await beside.trim(START + 9 * DAY, Date.now(), signal);
  await restored;
  assert.deepEqual(await averagesOf(store), averages);
  assert.equal(await store.rawSince(), CUT);
});

test('a restore does not set back the time of the last trim', needsRedis, async (t) => {
  const { file, averages } = await backUp(t);
  const { restore, store } = await openNew(t);
  await store.append([{ time: START, price: 1 }], signal);
  await store.trim(START + 5 * DAY, Date.now(), signal);
  await store.remove(EVER, signal);
  await restore(file, signal);
  assert.equal(await store.rawSince(), START + 5 * DAY);
  assert.deepEqual(await averagesOf(store), averages);
});

test('a restore fails if another process writes to the store meanwhile', needsRedis, async (t) => {
  const { file } = await backUp(t);
  const { restore, beside } = await openNew(t);
  const restored = restore(file, signal);
  restored.catch(nothing);
  while ((await beside.oldest()) === undefined);
  await beside.append([LAST], signal);
  await assert.rejects(restored, { code: 'occupied', message: /another process wrote to the store/ });
});
