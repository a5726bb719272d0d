import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Sample } from '../../src/domain/sample.ts';
import { WIDTHS } from '../../src/domain/time/bucket-width.ts';
import type { SampleStore } from '../../src/stores/sample-store.ts';
import { openSqlite, type SqliteOptions } from '../../src/stores/sqlite/open.ts';
import { assertSameBuckets, assertSameHours, bucketsOf, hoursOf } from '../contracts/history.ts';
import { createModel } from '../contracts/model.ts';
import { assertRollupsMatchSamples } from '../support/stores/rollups.ts';
import { temporaryFolder } from '../support/temporary.ts';

const START = Date.UTC(2026, 0, 5);
const EVER = { from: START, to: START + 1e10 };
const { signal } = new AbortController();

async function open(t: TestContext, options: SqliteOptions): Promise<SampleStore> {
  const opened = await openSqlite(options);
  if (!opened) throw new Error('it is there, or created');
  t.after(() => opened.store[Symbol.asyncDispose]());
  return opened.store;
}

/** Seven days in steps of a quarter of an hour, each value with gaps. */
const STEP = 900_000;
const SAMPLES = Array.from(
  { length: 672 },
  (_, index): Sample => ({
    time: START + index * STEP,
    ...(index % 3 > 0 && { price: 1 + (index % 97) }),
    ...(index % 3 < 2 && { sentiment: (index % 21) / 10 - 1 }),
  }),
);

/** A file as version 2 left it. */
function oldFile(t: TestContext): string {
  const path = join(temporaryFolder(t), 'samples.sqlite');
  using old = new DatabaseSync(path);
  old.exec(`
    PRAGMA journal_mode = WAL;
    CREATE TABLE sample (time INTEGER PRIMARY KEY, price REAL, sentiment REAL) STRICT;
    CREATE TABLE document (name TEXT PRIMARY KEY, text TEXT NOT NULL) STRICT;
    CREATE TABLE headline (key TEXT PRIMARY KEY, text TEXT NOT NULL) STRICT;
    PRAGMA application_id = ${0x6c697421}; PRAGMA user_version = 2;
  `);
  const insert = old.prepare('INSERT INTO sample VALUES (?, ?, ?)');
  for (const { time, price = null, sentiment = null } of SAMPLES) insert.run(time, price, sentiment);
  return path;
}

async function assertHistory(store: SampleStore, model: ReturnType<typeof createModel>): Promise<void> {
  for (const width of Object.values(WIDTHS)) {
    assertSameBuckets(await bucketsOf(store, EVER, width), model.buckets(EVER, width), `width ${width}`);
  }
  assertSameHours(await hoursOf(store, EVER), model.hours(EVER));
}

test('a file of a version without hours has correct history at once, and while hours are built', async (t) => {
  const path = oldFile(t);
  const model = createModel();
  model.append(SAMPLES);
  await assertHistory(await open(t, { path, access: 'read' }), model);
  const store = await open(t, { path, access: 'serve' });
  await assertHistory(store, model);
  // A part of the way, the newest first; then a sample in an hour that was made, and in one that was not.
  const isEnough = new AbortController();
  const mended = store.repair(isEnough.signal);
  isEnough.abort(new Error('enough'));
  await assert.rejects(mended, /enough/);
  const stale = () => {
    using database = new DatabaseSync(path);
    return Number(database.prepare('SELECT count(*) AS count FROM stale_hour').get()?.['count']);
  };
  assert.ok(stale() > 0 && stale() < 168, `${stale()} hours are left`);
  const late = [0, 671].map((index) => ({ time: START + index * STEP + 1, price: 5, sentiment: 0 }));
  await store.append(late, signal);
  model.append(late);
  await assertHistory(store, model);
  assert.equal(await store.repair(signal), true);
  assert.equal(await store.repair(signal), false);
  await assertHistory(store, model);
  assertRollupsMatchSamples(path);
});

test('the hours of a file of version 3 get the prices at their ends, also while it is only read', async (t) => {
  const path = join(temporaryFolder(t), 'samples.sqlite');
  {
    await using store = await openSqlite({ path, access: 'write' }).then((one) => one?.store);
    await store?.append(SAMPLES, signal);
  }
  {
    using old = new DatabaseSync(path);
    old.exec(`
      DROP TABLE hour_end; PRAGMA user_version = 3;
    `);
  }
  const model = createModel();
  model.append(SAMPLES);
  await assertHistory(await open(t, { path, access: 'read' }), model);
  await assertHistory(await open(t, { path, access: 'serve' }), model);
  assertRollupsMatchSamples(path);
});

test('an older version that runs while the file is upgraded goes on writing, and its hours have right ends', async (t) => {
  const path = join(temporaryFolder(t), 'samples.sqlite');
  const store = await open(t, { path, access: 'serve' });
  await store.append(SAMPLES, signal);
  const late = { time: START + 1, price: 500 };
  {
    // As version 3 does: it knows nothing of the ends of hours.
    using older = new DatabaseSync(path);
    older.exec(`
      BEGIN IMMEDIATE;
      INSERT INTO own_change VALUES (1);
      INSERT INTO sample VALUES (${late.time}, ${late.price}, NULL);
      INSERT OR REPLACE INTO hour SELECT ${START}, total(price), count(price), min(price), max(price),
        total(sentiment), count(sentiment) FROM sample WHERE time >= ${START} AND time < ${START} + 3600000;
      INSERT OR REPLACE INTO day SELECT ${START}, total(price_sum), sum(price_count), min(price_min), max(price_max),
        total(sentiment_sum), sum(sentiment_count) FROM hour WHERE start >= ${START} AND start < ${START} + 86400000;
      DELETE FROM own_change;
      COMMIT;
    `);
  }
  const model = createModel();
  model.append([...SAMPLES, late]);
  await assertHistory(store, model);
});

test('changes by another program are in the history at once, and are repaired', async (t) => {
  const path = join(temporaryFolder(t), 'samples.sqlite');
  const store = await open(t, { path, access: 'serve' });
  const model = createModel();
  await store.append(SAMPLES, signal);
  {
    using other = new DatabaseSync(path);
    const [first, second, third] = SAMPLES.slice(300, 303).map(({ time }) => time);
    other.exec(`
      DELETE FROM sample WHERE time < ${START + 86_400_000};
      UPDATE sample SET time = ${START - 1} WHERE time = ${first};
      UPDATE sample SET price = 7, sentiment = NULL WHERE time = ${second};
      INSERT OR REPLACE INTO sample VALUES (${third}, 8, 0.5);
      UPDATE sample SET time = time + 1e9 WHERE time > ${START + 500_000_000};
    `);
    for (const row of other.prepare('SELECT * FROM sample').all()) {
      const { time, price, sentiment } = row as Record<string, number | null>;
      model.append([
        {
          time: time as number,
          ...(typeof price === 'number' && { price }),
          ...(typeof sentiment === 'number' && { sentiment }),
        },
      ]);
    }
  }
  await assertHistory(store, model);
  assert.equal(await store.repair(signal), true);
  await assertHistory(store, model);
  assertRollupsMatchSamples(path);
});

test('samples scattered over years are in the right hours and days', async (t) => {
  const path = join(temporaryFolder(t), 'samples.sqlite');
  const store = await open(t, { path, access: 'serve' });
  const strewn = Array.from({ length: 1500 }, (_, index) => ({
    time: START + ((index * 7919) % 1501) * 5 * 3_600_000,
    price: 1 + index,
  }));
  assert.deepEqual(await store.append(strewn, signal), { added: 1500, duplicates: 0 });
  const second = strewn.map(({ time }) => ({ time, price: 5, sentiment: 0.5 }));
  assert.deepEqual(await store.append([...second, ...strewn], signal), { added: 1500, duplicates: 1500 });
  assert.deepEqual(assertRollupsMatchSamples(path), { samples: 1500 });
});

test('a serving process is notified within seconds of others’ writes, and not of its own', async (t) => {
  const path = join(temporaryFolder(t), 'samples.sqlite');
  let heard = 0;
  const store = await open(t, { path, access: 'serve', onUpdate: () => (heard += 1) });
  const beside = await open(t, { path, access: 'write' });
  // Its opening may count as a write.
  await sleep(2500);
  const atFirst = heard;
  await store.append(SAMPLES.slice(0, 10), signal);
  await sleep(2500);
  assert.equal(heard, atFirst);
  for (const change of [
    () => beside.append(SAMPLES, signal),
    () => beside.remove({ from: START, to: START + 1e8 }, signal),
  ]) {
    const before: number = heard;
    await change();
    for (const until = Date.now() + 20_000; heard === before && Date.now() < until; ) await sleep(50);
    assert.ok(heard > before);
  }
});

test('averages of invalid prices by an older version are ignored, replaced and counted', async (t) => {
  const path = join(temporaryFolder(t), 'samples.sqlite');
  const warnings: string[] = [];
  const store = await open(t, { path, access: 'serve', onWarning: (text) => warnings.push(text) });
  await store.append(SAMPLES, signal);
  {
    using other = new DatabaseSync(path);
    other.exec(`
      INSERT INTO sample VALUES (${START + 1}, 1.7e308, NULL), (${START + 2}, 1.7e308, 0.5);
      UPDATE hour SET price_sum = 9e999, price_count = price_count + 2, price_max = 1.7e308 WHERE start = ${START};
      UPDATE day SET price_sum = 9e999, price_count = price_count + 2, price_max = 1.7e308 WHERE start = ${START};
      UPDATE hour SET sentiment_sum = sentiment_sum + 0.5, sentiment_count = sentiment_count + 1 WHERE start = ${START};
      UPDATE day SET sentiment_sum = sentiment_sum + 0.5, sentiment_count = sentiment_count + 1 WHERE start = ${START};
      DELETE FROM stale_hour;
    `);
  }
  const model = createModel();
  model.append([...SAMPLES, { time: START + 2, sentiment: 0.5 }]);
  await assertHistory(store, model);
  assert.equal(await store.repair(signal), true);
  await assertHistory(store, model);
  assert.equal(await store.repair(signal), false);
  using file = new DatabaseSync(path);
  assert.deepEqual(file.prepare('SELECT max(price_max) AS most FROM hour').get(), {
    __proto__: null,
    most: 97,
  });
  assert.equal(warnings.length, 1);
  assert.match(warnings[0] ?? '', /^ignored prices in the store: 2;/);
});

test('hours that were read before are read again after any change', async (t) => {
  const path = join(temporaryFolder(t), 'samples.sqlite');
  const store = await open(t, { path, access: 'serve' });
  const beside = await open(t, { path, access: 'write' });
  using other = new DatabaseSync(path);
  const model = createModel();
  const late = { time: START + 1, price: 500, sentiment: 1 };
  const first = { from: START, to: START + 3_600_000 };
  const far = { time: START + 40 * 86_400_000, price: 7 };
  const gone = { from: far.time, to: far.time + 1 };
  const stranger = { time: START + 86_400_000 + 5, price: 900, sentiment: -1 };
  for (const change of [
    async () => assert.deepEqual(await store.append(SAMPLES, signal), model.append(SAMPLES)),
    async () => assert.deepEqual(await store.append([late], signal), model.append([late])),
    async () => assert.deepEqual(await beside.append([far], signal), model.append([far])),
    async () => assert.equal(await store.remove(first, signal), model.remove(first)),
    async () => {
      const { time, price, sentiment } = stranger;
      other.prepare('INSERT INTO sample VALUES (?, ?, ?)').run(time, price, sentiment);
      model.append([stranger]);
    },
    async () => assert.equal(await store.repair(signal), true),
    async () => assert.equal(await beside.remove(gone, signal), model.remove(gone)),
    async () => assert.ok((await store.trim(START + 2 * 86_400_000, START + 1e10, signal)) > 0),
  ]) {
    await change();
    assertSameHours(await hoursOf(store, EVER), model.hours(EVER));
  }
});
