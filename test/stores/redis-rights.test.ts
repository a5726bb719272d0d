import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { SetupError } from '../../src/domain/errors.ts';
import type { Access } from '../../src/stores/definition.ts';
import { keysAt } from '../../src/stores/redis/keys.ts';
import { openRedis } from '../../src/stores/redis/open.ts';
import { leastRights } from '../support/stores/least-rights.ts';
import { needsRedis, plainClient, redisAddress, testRedis } from '../support/stores/redis.ts';

const TIME = Date.UTC(2026, 0, 5);
const { signal } = new AbortController();

/** A user of the test's own, with the rights that docs/redis.md lists, changed by more words of ACL SETUSER. */
async function openAs(t: TestContext) {
  const { url, keyPrefix } = testRedis();
  const client = await plainClient(t, url);
  const user = `user-${keyPrefix.slice(5)}`;
  t.after(() => client.sendCommand(['ACL', 'DELUSER', user]).catch(() => 'the client is closed'));
  const at = new URL(url);
  [at.username, at.password] = [user, 'password'];
  return {
    client,
    keys: keysAt({ kind: 'server' }, keyPrefix),
    async open(access: Access, ...words: string[]) {
      const [acl = '', setUser = '', , ...rights] = leastRights(keyPrefix);
      await client.sendCommand([acl, setUser, user, 'reset', ...rights, ...words]);
      const nothing = () => undefined;
      const told = { onChange: nothing, onUpdate: nothing, onWarning: nothing };
      const { store } = await openRedis({ address: redisAddress(at.href), keyPrefix, access, ...told });
      t.after(() => store[Symbol.asyncDispose]());
      return store;
    },
  };
}

/** Of what changes samples and what is derived from them. */
const CHANGING = ['del', 'ts.create', 'ts.madd', 'ts.del', 'eval', 'evalsha', 'setrange', 'hset'];
const READING = [
  'exists',
  'ts.info',
  'ts.range',
  'ts.revrange',
  'eval_ro',
  'evalsha_ro',
  'get',
  'getrange',
  'hget',
];

test('the documented permissions are enough for all that a service does', needsRedis, async (t) => {
  const { open } = await openAs(t);
  const store = await open('serve');
  const samples = Array.from({ length: 50 }, (_, index) => ({ time: TIME + index, price: 1 + index }));
  for (const added of [50, 0]) assert.equal((await store.append(samples, signal)).added, added);
  const range = { from: TIME - (TIME % 86_400_000), to: TIME + 86_400_000 - (TIME % 86_400_000) };
  const reads = [
    store.range(range),
    store.buckets(range, 60_000),
    store.buckets(range, 86_400_000),
    store.hours(range),
  ];
  for (const slices of reads) for await (const slice of slices) assert.ok(slice);
  await Promise.all([
    store.oldest(),
    store.rawSince(),
    store.newest(TIME),
    store.threeHours(TIME),
    store.version(),
  ]);
  await store.repair(signal);
  await store.holdTrim(TIME);
  assert.ok((await store.trim(range.to, TIME + 1, signal)) > 0);
  await store.remove(range, signal);
});

test('a missing permission is named at the start, and nothing is written', needsRedis, async (t) => {
  const { client, keys, open } = await openAs(t);
  // All series are there already, so that nothing has to be made at the start.
  await (await open('write')).append([{ time: TIME, price: 1, sentiment: 0 }], signal);
  const before = await client.dump(keys.price);
  for (const access of ['serve', 'write'] as const) {
    for (const right of [...CHANGING, ...READING, 'multi', 'exec']) {
      await assert.rejects(open(access, `-${right}`), (error) => {
        assert.ok(error instanceof SetupError, right);
        assert.match(error.message, new RegExp(`lacks \\+${right.replace('.', '\\.')};`), access);
        assert.doesNotMatch(error.message, /\n|password/);
        return true;
      });
    }
  }
  assert.deepEqual(await client.dump(keys.price), before);
});

test(
  'the permissions for a version without rollups are reported as missing, all at once',
  needsRedis,
  async (t) => {
    const { client, keys, open } = await openAs(t);
    await (await open('write')).append([{ time: TIME, price: 1 }], signal);
    const missing = ['-del', '-get', '-setrange', '-ts.del'];
    await assert.rejects(open('serve', ...missing), /lacks \+get \+del \+ts\.del \+setrange;/);
    assert.equal((await client.ts.info(keys.price)).totalSamples, 1);
  },
);

test('reading needs no permission to write', needsRedis, async (t) => {
  const { open } = await openAs(t);
  await (await open('write')).append([{ time: TIME, price: 1 }], signal);
  const store = await open('read', ...CHANGING.map((right) => `-${right}`));
  assert.equal(await store.oldest(), TIME);
  await assert.rejects(open('read', '-get'), /lacks \+get;/);
});

test('keys without permission are named', needsRedis, async (t) => {
  const { keys, open } = await openAs(t);
  await (await open('write')).append([{ time: TIME, price: 1 }], signal);
  const patterns = [keys.price, keys.sentiment, keys.cache].map((key) => `~${key}`);
  await assert.rejects(open('serve', 'resetkeys', ...patterns), (error) => {
    assert.ok(error instanceof SetupError);
    assert.ok(error.message.includes(` ~${keys.rollups}`), error.message);
    return true;
  });
});
