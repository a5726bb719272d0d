import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { HistoryBucket } from '../../src/domain/bucket.ts';
import type { Sample } from '../../src/domain/sample.ts';
import { WIDTHS } from '../../src/domain/time/bucket-width.ts';
import { rawSinceCopies } from '../../src/stores/redis/check/damaged-keys.ts';
import { keysAt } from '../../src/stores/redis/keys.ts';
import { openRedis } from '../../src/stores/redis/open.ts';
import { pagesOf } from '../../src/stores/redis/rollups/pages.ts';
import { SLOT } from '../../src/stores/redis/rollups/slot.ts';
import { assertSameBuckets, bucketsOf } from '../contracts/history.ts';
import { command } from '../support/processes/command.ts';
import { deleteKeys } from '../support/stores/kept.ts';
import { needsRedis, plainClient, redisAddress, testRedis } from '../support/stores/redis.ts';

const DAY = 86_400_000;
const START = Date.UTC(2026, 0, 5);
const TRIMMED_DAYS = 5;
const EVER = { from: START - 40 * DAY, to: START + 40 * DAY };
const { signal } = new AbortController();

const SAMPLES: readonly Sample[] = Array.from({ length: 2880 }, (_, index) => ({
  time: START + index * 600_000,
  price: 30_000 + ((index * 7919) % 1009) / 7,
  ...(index % 3 > 0 && { sentiment: ((index * 31) % 199) / 100 - 0.99 }),
}));

async function openTrimmed(t: TestContext) {
  const { url, keyPrefix } = testRedis();
  const client = await plainClient(t, url);
  const nothing = () => undefined;
  const told = { onChange: nothing, onUpdate: nothing, onWarning: nothing };
  const open = () => openRedis({ address: redisAddress(url), keyPrefix, access: 'write', ...told });
  async function content(): Promise<[Sample[], HistoryBucket[], HistoryBucket[]]> {
    const { store } = await open();
    await using _ = store;
    const samples: Sample[] = [];
    for await (const slice of store.range(EVER)) samples.push(...slice);
    return [samples, await bucketsOf(store, EVER, WIDTHS['1h']), await bucketsOf(store, EVER, WIDTHS['1d'])];
  }
  const { store, stateStore } = await open();
  await store.append(SAMPLES, signal);
  await store.repair(signal);
  await stateStore.write('prices', '{"a":1}');
  await store.trim(START + TRIMMED_DAYS * DAY, Date.now(), signal);
  await store[Symbol.asyncDispose]();
  t.after(() => deleteKeys(keyPrefix));
  const env = { REDIS_URL: url, KEY_PREFIX: keyPrefix };
  return { client, keys: keysAt({ kind: 'server' }, keyPrefix), content, env };
}

type Opened = Awaited<ReturnType<typeof openTrimmed>>;

interface Case {
  readonly name: string;
  readonly damage: (opened: Opened) => Promise<unknown>;
  readonly named: RegExp;
  /** Whether it can only be named. */
  readonly isLost?: boolean;
  /** Whether averages of trimmed hours were in what is damaged. */
  readonly losesHours?: boolean;
}

const pageAt = ({ keys }: Opened, kind: 'hours' | 'days', time: number): string =>
  pagesOf(keys, kind, { from: time, to: time + 1 }).names[0] ?? '';
/** The page of hours after the trimmed ones. */
const LATER = START + 19 * DAY;

/** Where its slot is in the page. */
function slotOf({ keys }: Opened): number {
  const { start } = pagesOf(keys, 'hours', { from: LATER, to: LATER + 1 });
  return ((LATER - start) / 3_600_000) * SLOT;
}

const CASES: readonly Case[] = [
  {
    name: 'the state of the rollups is a list',
    damage: async ({ client, keys }) => {
      await client.del(keys.rollups);
      await client.lPush(keys.rollups, 'x');
    },
    named: /:rollups:2 is not a hash/,
  },
  {
    name: 'the state of the store is a string',
    damage: ({ client, keys }) => client.set(keys.store, 'x'),
    named: /:store is not a hash/,
  },
  {
    name: 'the state of the store is gone',
    damage: ({ client, keys }) => client.del(keys.store),
    named: /one of the two copies of raw_since is missing or wrong/,
  },
  {
    name: 'the state of the rollups is gone',
    damage: ({ client, keys }) => client.del(keys.rollups),
    named: /one of the two copies of raw_since is missing or wrong/,
  },
  {
    name: 'rollups are not complete',
    damage: ({ client, keys }) => client.hDel(keys.rollups, 'since'),
    named: /hours and days are not built yet/,
  },
  {
    name: 'the answer is a list',
    damage: ({ client, keys }) => client.lPush(keys.cache, 'x'),
    named: /:cache is not a string/,
  },
  {
    name: 'a page of hours is gone',
    damage: (opened) => opened.client.del(pageAt(opened, 'hours', LATER)),
    named: /hours that do not match their samples: \d+;/,
    losesHours: true,
  },
  {
    name: 'a page of hours is a list',
    damage: async (opened) => {
      const page = pageAt(opened, 'hours', LATER);
      await opened.client.del(page);
      await opened.client.lPush(page, 'x');
    },
    named: /:rollups:2:hours:\d+ is not a string/,
    losesHours: true,
  },
  {
    name: 'flipped bits in an hour that is not trimmed',
    damage: (opened) =>
      opened.client.setRange(pageAt(opened, 'hours', LATER), slotOf(opened), '\u0001\u0002'.repeat(4)),
    named: /hours that do not match their samples: 1; the first is 2026-01-24T00:00:00Z/,
  },
  {
    name: 'a page of days is gone',
    damage: (opened) => opened.client.del(pageAt(opened, 'days', START)),
    named: /(hours|days) that do not match|not built yet/,
  },
  {
    name: 'the prices are a string',
    damage: async ({ client, keys }) => client.set(keys.price, 'x'),
    named: /:price:mean:30s", which is not a time series/,
    isLost: true,
  },
  {
    name: 'the last write wins',
    damage: ({ client, keys }) => client.sendCommand(['TS.ALTER', keys.price, 'DUPLICATE_POLICY', 'last']),
    named: /TS.ALTER .* DUPLICATE_POLICY first/,
    isLost: true,
  },
  {
    name: 'saved state is not JSON',
    damage: ({ client, keys }) => client.hSet(keys.state, 'prices', '{"a"'),
    named: /the field prices of .*:memory is not JSON/,
    isLost: true,
  },
];

for (const { name, damage, named, isLost = false, losesHours = false } of CASES) {
  test(`Redis keys with damage are named and repaired: ${name}`, needsRedis, async (t) => {
    const opened = await openTrimmed(t);
    const { content, env } = opened;
    const before = await content();
    const intact = await command(t, ['check'], env);
    assert.deepEqual([intact.code, intact.stdout.split(':')[0]], [0, 'ok'], intact.stdout + intact.stderr);

    await damage(opened);
    const found = await command(t, ['check'], env);
    assert.equal(found.code, 3, found.stdout + found.stderr);
    assert.match(found.stdout, named);
    const repaired = await command(t, ['check', '--repair'], env);
    if (isLost) {
      assert.equal(repaired.code, 3, repaired.stdout + repaired.stderr);
      return;
    }
    assert.match(repaired.stdout, /^repaired: /m);
    const [samples, hours, days] = await content();
    assert.deepEqual(samples, before[0]);
    const isKept = ({ start }: HistoryBucket) => !losesHours || start >= START + TRIMMED_DAYS * DAY;
    assertSameBuckets(hours.filter(isKept), before[1].filter(isKept), 'hours');
    assertSameBuckets(days, before[2], 'days');
    const again = await command(t, ['check'], env);
    const isIntact = hours.length === before[1].length;
    assert.equal(again.code, isIntact ? 0 : 3, again.stdout + again.stderr);
  });
}

test('a copy of raw_since is absent only if Redis says so', needsRedis, async (t) => {
  const { client, keys, env } = await openTrimmed(t);
  const limited = await plainClient(t, env.REDIS_URL);
  const readAs = (as: typeof client) => rawSinceCopies((commands) => commands(as as never), keys);
  const trimmed = START + TRIMMED_DAYS * DAY;
  assert.deepEqual(await readAs(client), [trimmed, trimmed]);
  await client.set(keys.store, 'x');
  assert.deepEqual(await readAs(client), [trimmed, undefined]);
  await client.hDel(keys.rollups, 'raw_since');
  assert.deepEqual(await readAs(client), [undefined, undefined]);

  await client.aclSetUser(keys.store, ['on', 'nopass', '~*', '+@all', '-hget']);
  try {
    await limited.auth({ username: keys.store, password: '' });
    await assert.rejects(readAs(limited), /NOPERM/);
  } finally {
    await client.aclDelUser(keys.store);
  }
});
