import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { DAY, WIDTHS, type Width, widen } from '../../src/domain/time/bucket-width.ts';
import { keysAt } from '../../src/stores/redis/keys.ts';
import { openRedis } from '../../src/stores/redis/open.ts';
import type { SampleStore } from '../../src/stores/sample-store.ts';
import { assertSameBuckets, assertSameHours, bucketsOf, hoursOf } from '../contracts/history.ts';
import { createModel } from '../contracts/model.ts';
import { createDedicatedRedis } from '../support/stores/dedicated-redis.ts';
import { leastRights } from '../support/stores/least-rights.ts';
import { needsRedis, plainClient, redisAddress, testRedis } from '../support/stores/redis.ts';

const HOUR = 3_600_000;
/** A Monday. */
const START = Date.UTC(2026, 0, 5);
/** Beyond `LIMIT`: no rollups. */
const AFTER_LIMIT = Date.UTC(2140, 0, 1);
const EVER = { from: Date.UTC(2009, 0, 3), to: AFTER_LIMIT + DAY };
/** Where all samples are. Each year of hours between them would cost a read two round trips. */
const RANGES = [
  { from: Date.UTC(2009, 0, 3), to: Date.UTC(2030, 0, 1) },
  { from: AFTER_LIMIT - 3 * 365 * DAY, to: AFTER_LIMIT + DAY },
] as const;
const { signal } = new AbortController();

type Pair = readonly [time: number, value: number];

/** A store, and somebody else on the same Redis who knows nothing of rollups, as the tutorial's app. */
async function openBoth(t: TestContext) {
  const { url, keyPrefix } = testRedis();
  const keys = keysAt({ kind: 'server' }, keyPrefix);
  const client = await plainClient(t, url);
  const warnings: string[] = [];
  async function open(at = url) {
    const nothing = () => undefined;
    const address = redisAddress(at);
    const onWarning = (text: string) => warnings.push(text);
    const { store } = await openRedis({
      address,
      keyPrefix,
      access: 'serve',
      onChange: nothing,
      onUpdate: nothing,
      onWarning,
    });
    t.after(() => store[Symbol.asyncDispose]());
    return store;
  }
  const add = async (key: string, pairs: readonly Pair[]) => {
    if (pairs.length === 0) return;
    const words = pairs.flatMap(([time, value]) => [key, String(time), String(value)]);
    await client.sendCommand(['TS.MADD', ...words]);
  };
  async function create() {
    for (const key of [keys.price, keys.sentiment]) {
      await client.sendCommand(['TS.CREATE', key, 'DUPLICATE_POLICY', 'first']);
    }
  }
  const since = () => client.hGet(keys.rollups, 'since');
  return { url, keyPrefix, keys, client, open, add, create, since, warnings };
}

type Model = ReturnType<typeof createModel>;

async function assertRightBuckets(
  store: SampleStore,
  model: Model,
  width: Width,
  what = `width ${width}`,
): Promise<void> {
  for (const range of width < DAY ? RANGES : [EVER]) {
    assertSameBuckets(await bucketsOf(store, range, width), model.buckets(widen(range, width), width), what);
  }
}

/** Compares the whole store with the model, whether averages come from rollups or from samples. */
async function assertRight(store: SampleStore, model: Model): Promise<void> {
  for (const width of Object.values(WIDTHS)) await assertRightBuckets(store, model, width);
  assertSameHours(await hoursOf(store, EVER), model.hours(EVER));
}

const pairsOf = (count: number, step: number, from = START): Pair[] =>
  Array.from({ length: count }, (_, index) => [from + index * step, (index % 97) + 1]);

const remember = (model: Model, pairs: readonly Pair[]) =>
  model.append(pairs.map(([time, price]) => ({ time, price })));

test('a store without rollups has correct history at once, and they are built', needsRedis, async (t) => {
  const { keys, create, add, open, since } = await openBoth(t);
  await create();
  const pairs = [...pairsOf(2000, 1_800_000), ...pairsOf(3, DAY, START - 1000 * DAY)];
  await add(keys.price, pairs);
  await add(keys.sentiment, [[START + 7, -0.5]]);
  const model = createModel();
  remember(model, pairs);
  model.append([{ time: START + 7, sentiment: -0.5 }]);
  const store = await open();
  await assertRight(store, model);
  assert.equal(await since(), null);
  assert.equal(await store.repair(signal), true);
  assert.equal(await since(), '0');
  await assertRight(store, model);
  assert.equal(await store.repair(signal), false);
});

test('buckets are correct at every moment while several processes build rollups', needsRedis, async (t) => {
  const { keys, client, create, add, open, since } = await openBoth(t);
  await create();
  const pairs = pairsOf(3000, 8 * HOUR);
  for (let at = 0; at < pairs.length; at += 1000) await add(keys.price, pairs.slice(at, at + 1000));
  const model = createModel();
  remember(model, pairs);
  const stores = await Promise.all([open(), open(), open()]);
  const reader = await open();
  let looks = 0;
  for (let round = 0; round < 5; round += 1) {
    await client.del(keys.rollups);
    let isOver = false;
    const mended = Promise.all(stores.map((store) => store.repair(signal))).finally(() => {
      isOver = true;
    });
    while (!isOver) {
      const mark = await since();
      await assertRightBuckets(reader, model, WIDTHS['1d'], `made since ${mark}`);
      if (mark !== null && mark !== '0') looks += 1;
    }
    await mended;
    assert.equal(await since(), '0');
  }
  assert.ok(looks > 0, 'nobody looked in the middle of it');
});

test('building rollups continues where it stopped', needsRedis, async (t) => {
  const { keys, create, add, open, since } = await openBoth(t);
  await create();
  const pairs = pairsOf(900, DAY);
  await add(keys.price, pairs);
  const model = createModel();
  remember(model, pairs);
  const store = await open();
  const ending = new AbortController();
  const mending = store.repair(ending.signal);
  while ((await since()) === null);
  ending.abort(new Error('enough'));
  await assert.rejects(mending, /enough/);
  const marked = Number(await since());
  assert.ok(marked > START, `made since ${marked}: it was not ended in the middle`);
  await assertRight(store, model);
  assert.equal(await store.repair(signal), true);
  assert.equal(await since(), '0');
  await assertRight(store, model);
});

const time = fc.oneof(
  fc.integer({ min: 0, max: 60 * 24 }).map((hours) => START + hours * HOUR),
  fc.integer({ min: 0, max: 400 }).map((step) => START + 59 * DAY + step * 30_000),
  fc.constantFrom(Date.UTC(2009, 0, 3), Date.UTC(2017, 5, 1), AFTER_LIMIT),
);
const value = fc.integer({ min: 1, max: 1000 }).map((tenths) => tenths / 10);
const step = fc.oneof(
  fc.record({
    kind: fc.constant('append' as const),
    samples: fc.array(fc.record({ time, price: value }), { maxLength: 8 }),
  }),
  fc.record({
    kind: fc.constant('foreign add' as const),
    column: fc.constantFrom('price' as const, 'sentiment' as const),
    pairs: fc.array(fc.tuple(time, value), { maxLength: 8 }),
  }),
  fc.record({
    kind: fc.constant('foreign delete' as const),
    from: time,
    days: fc.integer({ min: 0, max: 40 }),
  }),
  fc.record({ kind: fc.constant('remove' as const), from: time, days: fc.integer({ min: 0, max: 40 }) }),
);

test('one repair corrects what another writer added or deleted', needsRedis, async (t) => {
  const { keys, client, open, add } = await openBoth(t);
  const [store, beside] = [await open(), await open()];
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (steps) => {
      await client.del([keys.price, keys.sentiment]);
      await store.append([{ time: START, price: 1, sentiment: 1 }], signal);
      const model = createModel();
      model.append([{ time: START, price: 1, sentiment: 1 }]);
      await store.repair(signal);
      for (const [index, one] of steps.entries()) {
        if (one.kind === 'append') {
          const writer = index % 2 === 0 ? store : beside;
          assert.deepEqual(await writer.append(one.samples, signal), model.append(one.samples));
        } else if (one.kind === 'foreign add') {
          await add(keys[one.column], one.pairs);
          for (const [time, value] of one.pairs) model.append([{ time, [one.column]: value }]);
          await beside.repair(signal);
        } else {
          const range = { from: one.from, to: one.from + one.days * DAY + 1 };
          const removed = model.remove(range);
          if (one.kind === 'remove') assert.equal(await store.remove(range, signal), removed);
          else {
            for (const key of [keys.price, keys.sentiment])
              await client.ts.del(key, range.from, range.to - 1);
            await store.repair(signal);
          }
        }
      }
      for (const width of [WIDTHS['1h'], WIDTHS['4h'], WIDTHS['1d'], WIDTHS['1w']]) {
        await assertRightBuckets(store, model, width);
      }
      assert.equal(await store.repair(signal), false);
    }),
    { numRuns: 150 },
  );
});

test('a replaced value is found at once in the newest days, and later in others', needsRedis, async (t) => {
  const { keys, client, open, add } = await openBoth(t);
  const store = await open();
  const model = createModel();
  const samples = pairsOf(61 * 24, HOUR).map(([time, price]) => ({ time, price }));
  model.append(samples);
  await store.append(samples, signal);
  await store.repair(signal);
  async function replace(time: number) {
    await client.ts.del(keys.price, time, time);
    model.remove({ from: time, to: time + 1 });
    await add(keys.price, [[time + 1, 5000]]);
    model.append([{ time: time + 1, price: 5000 }]);
  }
  await replace(START + 60 * DAY);
  assert.equal(await store.repair(signal), true);
  await assertRight(store, model);
  await replace(START + 3 * DAY);
  let mends = 1;
  while (!(await store.repair(signal))) {
    mends += 1;
    assert.ok(mends <= 40, 'it is not found');
  }
  await assertRight(store, model);
});

test('rollups of a deleted series are not used for a new one', needsRedis, async (t) => {
  const { keys, client, open, create, add } = await openBoth(t);
  const store = await open();
  const old = pairsOf(500, HOUR).map(([time, price]) => ({ time, price, sentiment: 0.5 }));
  await store.append(old, signal);
  await store.repair(signal);
  for (const lost of [[keys.price, keys.sentiment], [keys.price]]) {
    await client.del(lost);
    const left = createModel();
    if (lost.length === 1) left.append([{ time: START, sentiment: -1 }]);
    await assertRight(store, left);
    const fresh = [{ time: START + 20 * DAY, price: 7 }];
    await store.append(fresh, signal);
    left.append(fresh);
    await assertRight(store, left);
    await store.repair(signal);
    await assertRight(store, left);
    await store.append([{ time: START, sentiment: -1 }], signal);
  }
  // Made by another one, before this one saw that it was gone: the counts tell.
  await client.del([keys.price, keys.sentiment]);
  await create();
  await add(keys.price, [[START + HOUR, 8]]);
  const made = createModel();
  remember(made, [[START + HOUR, 8]]);
  assert.equal(await store.repair(signal), true);
  await assertRight(store, made);
});

test('evicted pages are rebuilt by one repair', needsRedis, async (t) => {
  const { keys, client, open } = await openBoth(t);
  const store = await open();
  const model = createModel();
  const samples = pairsOf(1200, 4 * HOUR).map(([time, price]) => ({ time, price, sentiment: 0.5 }));
  assert.deepEqual(await store.append(samples, signal), model.append(samples));
  await store.repair(signal);
  const hours = (time: number) => `${keys.rollups}:hours:${Math.floor(time / (30 * DAY))}`;
  const days = `${keys.rollups}:days:${Math.floor(START / (480 * DAY))}`;
  for (const lost of [[hours(START)], [hours(START + 40 * DAY), hours(START + 100 * DAY)], [days]]) {
    assert.equal(await client.del(lost), lost.length);
    assert.equal(await store.repair(signal), true, lost.join());
    await assertRight(store, model);
  }
  assert.equal(await store.repair(signal), false);

  // One more sample in a page that is not there has the rest of its day and of the page to be made as well.
  await client.del(hours(START + 70 * DAY));
  const late = [{ time: START + 70 * DAY + 1, price: 9 }];
  assert.deepEqual(await store.append(late, signal), model.append(late));
  assert.equal(await store.repair(signal), true);
  await assertRight(store, model);
});

test('invalid prices of other programs are ignored, and counted once', needsRedis, async (t) => {
  const { keys, open, add, warnings } = await openBoth(t);
  const store = await open();
  const model = createModel();
  const samples = pairsOf(200, 8 * HOUR).map(([time, price]) => ({ time, price, sentiment: 0.5 }));
  assert.deepEqual(await store.append(samples, signal), model.append(samples));
  await store.repair(signal);
  await add(keys.price, [[START + 1, 1.7e308]]);
  await assertRight(store, model);
  for (let repairs = 0; repairs < 3; repairs += 1) {
    await store.repair(signal);
    await assertRight(store, model);
  }
  assert.equal(await store.repair(signal), false);
  // A deletion has them counted again, but not named again.
  const range = { from: START + 30 * DAY, to: START + 31 * DAY };
  assert.equal(await store.remove(range, signal), model.remove(range));
  await store.repair(signal);
  assert.equal(warnings.length, 1);
  assert.match(warnings[0] ?? '', /^ignored prices in the store: 1;/);
});

test('a mark of another schema is replaced', needsRedis, async (t) => {
  const { keys, client, open } = await openBoth(t);
  const store = await open();
  const model = createModel();
  const samples = pairsOf(100, HOUR).map(([time, price]) => ({ time, price }));
  await store.append(samples, signal);
  model.append(samples);
  await store.repair(signal);
  await client.hSet(keys.rollups, 'schema', '0');
  await client.setRange(`${keys.rollups}:days:${Math.floor(START / (480 * DAY))}`, 0, 'x'.repeat(30_720));
  await assertRight(store, model);
  assert.equal(await store.repair(signal), true);
  await assertRight(store, model);
  assert.equal(await client.hGet(keys.rollups, 'schema'), '2');
});

test('the permissions in docs/redis.md are sufficient', needsRedis, async (t) => {
  const { url, keyPrefix, keys, client, open, add } = await openBoth(t);
  const words = leastRights(keyPrefix).map((word) => (word === 'lit' ? `lit-${keyPrefix}` : word));
  await client.sendCommand(words);
  const store = await open(url.replace('//', `//${encodeURIComponent(`lit-${keyPrefix}`)}:password@`));
  const model = createModel();
  const samples = pairsOf(3000, HOUR / 4).map(([time, price]) => ({ time, price, sentiment: 0 }));
  assert.deepEqual(await store.append(samples, signal), model.append(samples));
  await add(keys.price, [[START - DAY, 3]]);
  remember(model, [[START - DAY, 3]]);
  assert.equal(await store.repair(signal), true);
  const range = { from: START + DAY, to: START + 3 * DAY };
  assert.equal(await store.remove(range, signal), model.remove(range));
  await client.del(keys.price);
  for (const range of RANGES) model.remove(range);
  model.append(
    samples
      .filter(({ time }) => time < range.from || time >= range.to)
      .map(({ time }) => ({ time, sentiment: 0 })),
  );
  await store.append([{ time: START, price: 1 }], signal);
  model.append([{ time: START, price: 1 }]);
  await store.repair(signal);
  await assertRight(store, model);
  assert.equal(await store.oldest(), START);
});

test('a day that brings nothing new takes one short command', needsRedis, async (t) => {
  const redis = await createDedicatedRedis(t);
  await redis.start();
  const nothing = () => undefined;
  const told = { onChange: nothing, onUpdate: nothing, onWarning: nothing };
  const address = redisAddress(`redis://127.0.0.1:${redis.port}`);
  const { store } = await openRedis({ address, keyPrefix: '', access: 'serve', ...told });
  t.after(() => store[Symbol.asyncDispose]());
  const day = Array.from({ length: 2880 }, (_, index) => ({
    time: START + index * 30_000,
    price: index + 1,
  }));
  assert.equal((await store.append(day, signal)).added, day.length);
  // The first repeat loads the script.
  assert.equal((await store.append(day, signal)).added, 0);

  async function commandsOf(work: () => Promise<unknown>) {
    await redis.command('CONFIG', 'RESETSTAT');
    await work();
    const text = String(await redis.command('INFO', 'commandstats'));
    const calls = [...text.matchAll(/cmdstat_(\S+?):calls=(\d+)/g)].map(
      ([, name, count]) => `${count} ${name}`,
    );
    const received = Number(
      /total_net_input_bytes:(\d+)/.exec(String(await redis.command('INFO', 'stats')))?.[1],
    );
    return { scripts: calls.filter((call) => call.includes('eval')), received };
  }
  const { scripts, received } = await commandsOf(async () => {
    assert.deepEqual(await store.append(day, signal), { added: 0, duplicates: day.length });
  });
  assert.deepEqual(scripts, ['1 evalsha_ro']);
  assert.ok(received < 1000, `${received} bytes`);

  // The new sample alone, after a look at the range.
  const next = { time: START + DAY, price: 5 };
  const later = await commandsOf(async () => {
    assert.equal((await store.append([...day, next], signal)).added, 1);
  });
  assert.deepEqual(later.scripts.toSorted(), ['1 evalsha', '1 evalsha_ro']);
});

test('what another program deletes from a series is stored again', needsRedis, async (t) => {
  const { keys, client, open } = await openBoth(t);
  const store = await open();
  const day = Array.from({ length: 500 }, (_, index) => {
    return { time: START + index * 30_000, price: index + 1, sentiment: 0.5 };
  });
  for (const key of [keys.price, keys.sentiment]) {
    assert.ok((await store.append(day, signal)).added > 0);
    assert.equal((await store.append(day, signal)).added, 0);
    await client.sendCommand(['TS.DEL', key, String(START), String(START + 30_000)]);
  }
  assert.equal((await store.append(day, signal)).added, 2);
  await client.sendCommand(['DEL', keys.price]);
  assert.equal((await store.append(day, signal)).added, day.length);
});

test('a sample that another program replaces by another one is stored again', needsRedis, async (t) => {
  const { keys, client, open } = await openBoth(t);
  const store = await open();
  const samples = Array.from({ length: 40 }, (_, index) => ({
    time: START + index * 30_000,
    price: index + 1,
  }));
  await store.append(samples, signal);
  await client.sendCommand(['TS.DEL', keys.price, String(START), String(START)]);
  await client.sendCommand(['TS.ADD', keys.price, String(START + 7), '50']);
  assert.equal((await store.append(samples, signal)).added, 1);
});

test('the version changes when another process repairs, trims or erases averages', needsRedis, async (t) => {
  const { keys, client, open } = await openBoth(t);
  const [store, other] = [await open(), await open()];
  const days = Array.from({ length: 40 }, (_, day) => ({ time: START + day * DAY, price: day + 1 }));
  await store.append(days, signal);
  await store.repair(signal);
  const versions = new Set<string>();
  async function assertChanged(what: string): Promise<void> {
    // Without the counts of the series, which are read once a second.
    const version = (await store.version()).split(' ').slice(0, 3).join(' ');
    assert.ok(!versions.has(version), `${what}: ${version}`);
    versions.add(version);
  }
  await assertChanged('at first');
  // Counts and ends of the series stay the same.
  await client.sendCommand(['TS.ADD', keys.price, String(START + 30 * DAY), '999', 'ON_DUPLICATE', 'LAST']);
  await client.hDel(keys.rollups, 'since');
  await assertChanged('the rollups were declared stale');
  await other.repair(signal);
  await assertChanged('another process repaired them');
  const cut = START + 10 * DAY;
  assert.ok((await other.trim(cut, cut + 400 * DAY, signal)) > 0);
  await assertChanged('another process trimmed');
  await other.remove({ from: START, to: START + DAY }, signal);
  await assertChanged('another process erased averages');
});
