// The files in fixtures/stores were written by the code of these versions: by its own append, with the same samples.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import type { Sample } from '../../src/domain/sample.ts';
import { WIDTHS } from '../../src/domain/time/bucket-width.ts';
import { keysAt, LAYOUT } from '../../src/stores/redis/keys.ts';
import { openRedis } from '../../src/stores/redis/open.ts';
import type { SampleStore } from '../../src/stores/sample-store.ts';
import { lockForServing } from '../../src/stores/sqlite/file/lock.ts';
import { SCHEMA_VERSION } from '../../src/stores/sqlite/file/schema.ts';
import { openSqlite } from '../../src/stores/sqlite/open.ts';
import type { StateStore } from '../../src/stores/state-store.ts';
import { assertSameBuckets, bucketsOf } from '../contracts/history.ts';
import { createModel } from '../contracts/model.ts';
import { command } from '../support/processes/command.ts';
import { deleteKeys } from '../support/stores/kept.ts';
import { needsRedis, plainClient, redisAddress, testRedis } from '../support/stores/redis.ts';
import { temporaryFolder } from '../support/temporary.ts';

const DAY = 86_400_000;
const START = Date.UTC(2026, 0, 5);
const EVER = { from: START, to: START + 7 * DAY };
const { signal } = new AbortController();

/** Three days. */
const SAMPLES = Array.from(
  { length: 432 },
  (_, index): Sample => ({
    time: START + index * 600_000,
    ...(index % 5 !== 1 && { price: 30_000 + ((index * 7919) % 1009) / 7 }),
    ...((index % 3 > 0 || index % 5 === 1) && { sentiment: ((index * 31) % 199) / 100 - 0.99 }),
  }),
);

const fixture = (name: string): Buffer =>
  gunzipSync(readFileSync(new URL(`../fixtures/stores/${name}.gz`, import.meta.url)));

const model = createModel();
model.append(SAMPLES);

async function assertSame(store: SampleStore): Promise<void> {
  const samples: Sample[] = [];
  for await (const slice of store.range(EVER)) samples.push(...slice);
  assert.deepEqual(samples, SAMPLES);
  for (const width of Object.values(WIDTHS)) {
    assertSameBuckets(await bucketsOf(store, EVER, width), model.buckets(EVER, width), `width ${width}`);
  }
}

/** The store as it is found, once rollups are built, and with trimmed samples. */
async function assertUsable(
  { store, stateStore }: { store: SampleStore; stateStore: StateStore },
  state: string | undefined,
) {
  await assertSame(store);
  await store.repair(signal);
  await assertSame(store);
  assert.equal(await stateStore.read('prices'), state);
  assert.deepEqual(await store.append(SAMPLES, signal), { added: 0, duplicates: SAMPLES.length });
  const hours = await bucketsOf(store, EVER, WIDTHS['1h']);
  await store.trim(START + DAY, Date.now(), signal);
  assert.deepEqual(await bucketsOf(store, EVER, WIDTHS['1h']), hours);
}

for (const [version, state] of [
  [1, undefined],
  [2, '{"a":1}'],
  [3, '{"a":1}'],
  [4, '{"a":1}'],
] as const) {
  test(`a file of version ${version} is upgraded, and nothing is lost`, async (t) => {
    const folder = temporaryFolder(t);
    const path = join(folder, 'samples.sqlite');
    writeFileSync(path, fixture(`file-${version}.sqlite`));
    const before = await command(t, ['check'], { DATA_DIR: folder });
    assert.match(
      before.stdout,
      new RegExp(`version ${version}, which the next start upgrades to ${SCHEMA_VERSION}`),
    );
    const read = await openSqlite({ path, access: 'read' });
    if (!read) throw new Error('it is there');
    await assertSame(read.store);
    assert.equal(await read.store.rawSince(), undefined);
    await read.store[Symbol.asyncDispose]();

    const opened = await openSqlite({ path, access: 'write' });
    if (!opened) throw new Error('it is there');
    await assertUsable(opened, state);
    await opened.store[Symbol.asyncDispose]();
    const after = await command(t, ['check'], { DATA_DIR: folder });
    assert.equal(after.code, 0, after.stdout);
    assert.match(after.stdout, new RegExp(`version ${SCHEMA_VERSION}; 288 samples, 72 hours, 3 days`));
  });
}

test('a file is not upgraded while an older version serves it', async (t) => {
  const folder = temporaryFolder(t);
  const path = join(folder, 'samples.sqlite');
  writeFileSync(path, fixture('file-3.sqlite'));
  const version = () => {
    using database = new DatabaseSync(path, { readOnly: true });
    return database.prepare('PRAGMA user_version').get()?.['user_version'];
  };
  {
    using _served = lockForServing(path);
    const exported = await command(t, ['export'], { DATA_DIR: folder });
    assert.equal(exported.code, 0, exported.stderr);
    assert.equal(exported.stdout.split('\n').length, SAMPLES.length + 2);
    const imported = await command(t, ['import', '-'], { DATA_DIR: folder }, 'time,price,sentiment\n');
    assert.equal(imported.code, 78);
    assert.match(imported.stderr, /another process uses the file in DATA_DIR: stop that process/);
    assert.equal(version(), 3);
  }
  assert.equal((await command(t, ['export'], { DATA_DIR: folder })).code, 0);
  assert.equal(version(), SCHEMA_VERSION);
});

async function restoreDump(t: TestContext, name: string) {
  const { url, keyPrefix } = testRedis();
  const client = await plainClient(t, url);
  const dump = JSON.parse(fixture(name).toString()) as Record<string, string>;
  for (const [key, bytes] of Object.entries(dump)) {
    await client.restore(`${keyPrefix}${key}`, 0, Buffer.from(bytes, 'base64'));
  }
  t.after(() => deleteKeys(keyPrefix));
  const nothing = () => undefined;
  const told = { onChange: nothing, onUpdate: nothing, onWarning: nothing };
  const open = () => openRedis({ address: redisAddress(url), keyPrefix, access: 'serve', ...told });
  return {
    client,
    keys: keysAt({ kind: 'server' }, keyPrefix),
    open,
    env: { REDIS_URL: url, KEY_PREFIX: keyPrefix },
  };
}

test('keys of layout 1 are upgraded, and nothing is lost', needsRedis, async (t) => {
  const { client, keys, open, env } = await restoreDump(t, 'redis-1.json');
  const opened = await open();
  await using _ = opened.store;
  assert.equal(await client.hGet(keys.store, 'layout'), String(LAYOUT));
  await assertUsable(opened, '{"a":1}');
  assert.deepEqual(
    await client.keys(`${keys.rollups.slice(0, -2)}:days:*`),
    [],
    'the former averages are gone',
  );
  const after = await command(t, ['check'], env);
  assert.equal(after.code, 0, after.stdout + after.stderr);
});

test('a process of layout 1 that still runs cannot change trimmed hours', needsRedis, async (t) => {
  const { client, keys, open } = await restoreDump(t, 'redis-1.json');
  const { store } = await open();
  await using _ = store;
  await store.repair(signal);
  const hours = await bucketsOf(store, EVER, WIDTHS['1h']);
  await store.trim(START + 2 * DAY, Date.now(), signal);
  // It rebuilds its own averages from the samples that are left, and adds samples without changing ours.
  await client.hSet(keys.rollups.slice(0, -2), { schema: '1', since: '0' });
  await client.setRange(`${keys.rollups.slice(0, -2)}:hours:681`, 0, '\0'.repeat(48));
  await client.sendCommand(['TS.MADD', keys.price, String(START + 3 * DAY), '5']);
  await store.repair(signal);
  const { store: later } = await open();
  await using _later = later;
  await later.repair(signal);
  assert.equal(await client.exists(`${keys.rollups.slice(0, -2)}:hours:681`), 1, 'it still needs them');
  const after = await bucketsOf(store, EVER, WIDTHS['1h']);
  assert.deepEqual(after.slice(0, hours.length), hours);
  assert.equal(after.length, hours.length + 1);
});

test('stores of a newer version are refused with one line, and stay as they are', needsRedis, async (t) => {
  const folder = temporaryFolder(t);
  const path = join(folder, 'samples.sqlite');
  writeFileSync(path, fixture('file-3.sqlite'));
  const database = new DatabaseSync(path);
  database.exec('PRAGMA user_version = 99');
  database.close();
  const { client, keys, env } = await restoreDump(t, 'redis-1.json');
  await client.hSet(keys.store, 'layout', '99');
  for (const [settings, line] of [
    [
      { DATA_DIR: folder },
      /^is-bitcoin-lit: DATA_DIR contains a file of a newer version \(99; this one reads up to 5\): .*$/m,
    ],
    [
      env,
      /^is-bitcoin-lit: KEY_PREFIX leads to keys of a newer version \(layout 99; this one reads up to 2\): .*$/m,
    ],
  ] as const) {
    for (const args of [['show'], ['serve'], ['import', '-'], ['export'], ['check', '--repair']]) {
      const { code, stderr } = await command(t, args, { PORT: '1', ...settings }, 'time,price\n');
      assert.equal(code, 78, `${args}: ${stderr}`);
      assert.match(stderr, line, `${args}`);
    }
  }
  assert.equal(await client.hGet(keys.store, 'layout'), '99');
});
