import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Cluster, launchCluster } from '../../../scripts/redis/cluster.ts';
import { type Node, withClient } from '../../../scripts/redis/node.ts';
import { freePort } from '../../../scripts/redis/start.ts';
import { recordedDayContract } from '../../contracts/recorded-day.ts';
import { type Place, redisStoreContract } from '../../contracts/redis-store.ts';
import { startSequentialReader } from '../../support/clients/sequential-reader.ts';
import {
  assertRecordedAnswer,
  needsRecordedDay,
  recordedDay,
  refreshReport,
} from '../../support/data/recorded-day.ts';
import { eventually } from '../../support/eventually.ts';
import { cli, finish, serve } from '../../support/processes/process.ts';
import { json, startTestService } from '../../support/processes/service.ts';
import { leastRights } from '../../support/stores/least-rights.ts';
import { needsMultipleRedis } from '../../support/stores/multiple-redis.ts';
import { needsRedis, plainClient, testRedis } from '../../support/stores/redis.ts';
import { startUpstream } from '../../support/upstreams/upstream.ts';

const needsBoth = { skip: needsMultipleRedis.skip || needsRecordedDay.skip };
const DAY = recordedDay ?? '';

let cluster: Cluster;

before(async () => {
  if (!needsMultipleRedis.skip) cluster = await launchCluster();
});
after(() => cluster?.[Symbol.asyncDispose]());

const send = (node: Node, ...command: string[]) =>
  withClient(node.url, (client) => client.sendCommand(command));

/** A key prefix that no other test uses, and the node that stores its keys. */
async function testPrefix(): Promise<{ keyPrefix: string; keysBegin: string; price: string; owner: Node }> {
  const keyPrefix = `test:${randomUUID()}`;
  const keysBegin = `{${keyPrefix}}`;
  const price = `${keysBegin}:price:mean:30s`;
  return { keyPrefix, keysBegin, price, owner: await cluster.ownerOf(price) };
}

/** Starts a service with the recorded day and without a cached answer, and a reader; both end after the test. */
async function startServiceWithReader(t: TestContext) {
  const { keyPrefix, ...where } = await testPrefix();
  const upstream = await startUpstream(t, DAY);
  const env = { SENTICRYPT_URL: upstream.url, REDIS_URL: cluster.url, KEY_PREFIX: keyPrefix, CACHE_TTL: '0' };
  const service = await startTestService(t, env);
  assert.deepEqual(await json(service.post()), refreshReport(2474, 0));
  const reader = startSequentialReader(t, service.address, assertRecordedAnswer);

  /** Asserts that a refresh soon works, and that no sample is lost. `after` names the fault. */
  async function assertRecovers(after: string): Promise<void> {
    let report: unknown;
    const took = await eventually('a refresh succeeds', async () => {
      const response = await service.post();
      if (response.status !== 200) return false;
      report = await response.json();
      // A refresh of known samples succeeds before the answer can be read; it has no `as_of` then.
      return (report as { as_of: string | null }).as_of !== null;
    });
    t.diagnostic(`a refresh succeeded ${Math.round(took)} ms after ${after}`);
    assert.ok(took < 3000, `${took} ms`);
    assert.deepEqual(report, refreshReport(0, 2474));
  }
  return { ...where, service, reader, assertRecovers };
}

const otherNode = (owner: Node): Node => cluster.nodes.find((node) => node !== owner) as Node;

redisStoreContract('a cluster', needsMultipleRedis, async () => {
  const { keyPrefix, keysBegin, owner } = await testPrefix();
  return { url: cluster.url, keyPrefix, keysBegin, server: owner.url };
});

recordedDayContract('a cluster', needsBoth, async (): Promise<Place> => {
  const { keyPrefix, keysBegin, owner } = await testPrefix();
  for (const node of cluster.nodes) await send(node, ...leastRights(keysBegin));
  // One of the nodes in the URL is down, and the other redirects to a third.
  const named = `127.0.0.1:${await freePort()},127.0.0.1:${otherNode(owner).port}`;
  return { url: `redis+cluster://lit:password@${named}`, keyPrefix, keysBegin, server: owner.url };
});

test(
  'a prefix with a hash tag is used unchanged; simulated samples have one slot too',
  needsMultipleRedis,
  async (t) => {
    const tag = randomUUID();
    const env = { REDIS_URL: cluster.url, SOURCE: 'simulated' };
    for (const [keyPrefix, keysBegin] of [
      [`x:{${tag}}:y`, `x:{${tag}}:y:simulated`],
      [tag, `{${tag}:simulated}`],
    ] as const) {
      const service = await startTestService(t, { ...env, KEY_PREFIX: keyPrefix });
      const { added } = await json(service.post());
      assert.ok(added > 2000, `${added} added`);
      const key = `${keysBegin}:sentiment:mean:30s`;
      const client = await plainClient(t, (await cluster.ownerOf(key)).url);
      assert.equal((await client.ts.info(key)).totalSamples, added);
    }
  },
);

test(
  'a cluster node given as a single server is refused, with the right form of the URL',
  needsMultipleRedis,
  async (t) => {
    const { keyPrefix, owner } = await testPrefix();
    const env = { REDIS_URL: otherNode(owner).url, KEY_PREFIX: `{${keyPrefix}}`, PORT: '0' };
    const { code, output } = await finish(cli(t, ['serve'], env));
    assert.equal(code, 78, output);
    assert.match(output, /REDIS_URL leads to a node of a cluster: begin it with redis\+cluster:\/\//);
  },
);

test('another process sees a refresh', needsBoth, async (t) => {
  const { keyPrefix } = await testPrefix();
  const upstream = await startUpstream(t, DAY);
  const env = {
    SENTICRYPT_URL: upstream.url,
    REDIS_URL: cluster.url,
    KEY_PREFIX: keyPrefix,
    CACHE_TTL: '24h',
  };
  const [one, other] = await Promise.all([serve(t, env), serve(t, env)]);
  assert.equal((await fetch(`${other.address}/is-bitcoin-lit`)).status, 503);
  await fetch(`${one.address}/refresh`, { method: 'POST' });
  await eventually('the other process has the answer', async () => {
    const response = await fetch(`${other.address}/is-bitcoin-lit`);
    if (response.status === 200) assertRecordedAnswer(await response.json());
    return response.status === 200;
  });
});

test(
  'the slot is moved to another node: readers notice nothing, and nothing is lost',
  needsBoth,
  async (t) => {
    const { keysBegin, price, owner, service, reader, assertRecovers } = await startServiceWithReader(t);
    const target = otherNode(owner);
    const slot = String(await send(owner, 'CLUSTER', 'KEYSLOT', price));
    const [from, to] = [await send(owner, 'CLUSTER', 'MYID'), await send(target, 'CLUSTER', 'MYID')].map(
      String,
    );
    const assign = (node: Node, ...state: string[]) => send(node, 'CLUSTER', 'SETSLOT', slot, ...state);
    await assign(target, 'IMPORTING', from ?? '');
    await assign(owner, 'MIGRATING', to ?? '');
    const migrate = ['MIGRATE', '127.0.0.1', String(target.port), '', '0', '5000', 'KEYS'];
    await send(owner, ...migrate, price);
    // In the middle of the move, each node has one of the series.
    await sleep(1000);
    assert.equal((await service.post()).status, 503);
    const rest = (await send(owner, 'CLUSTER', 'GETKEYSINSLOT', slot, '100')) as unknown as string[];
    assert.deepEqual(rest.includes(`${keysBegin}:sentiment:mean:30s`), true);
    await send(owner, ...migrate, ...rest);
    await assign(target, 'NODE', to ?? '');
    await assign(owner, 'NODE', to ?? '');
    for (const node of cluster.nodes)
      if (node !== owner && node !== target) await assign(node, 'NODE', to ?? '');
    await assertRecovers('the slot was moved');
    await reader.stop();
    // Moves the slot back for the next tests.
    await assign(owner, 'IMPORTING', to ?? '');
    await assign(target, 'MIGRATING', from ?? '');
    await service.stop();
    const keys = (await send(target, 'CLUSTER', 'GETKEYSINSLOT', slot, '100')) as unknown as string[];
    await send(target, 'MIGRATE', '127.0.0.1', String(owner.port), '', '0', '5000', 'KEYS', ...keys);
    for (const node of [owner, target, ...cluster.nodes]) await assign(node, 'NODE', from ?? '');
  },
);

for (const { name, inflict, remove } of [
  {
    name: 'the node of our slot is killed and started again',
    inflict: (node: Node) => node.kill(),
    remove: (node: Node) => node.start(),
  },
  {
    name: 'the node of our slot is suspended and resumed',
    inflict: async (node: Node) => node.signal('SIGSTOP'),
    remove: async (node: Node) => node.signal('SIGCONT'),
  },
]) {
  test(name, needsBoth, async (t) => {
    const { owner, service, reader, assertRecovers } = await startServiceWithReader(t);
    await inflict(owner);
    await eventually('the loss is reported', () => service.events.some(({ type }) => type === 'store_away'));
    await sleep(1500);
    const refused = await service.post();
    assert.equal(refused.status, 503);
    assert.match(
      (await json(refused)).detail,
      /the cluster is incomplete|the store (cannot be reached|does not answer)/,
    );
    await remove(owner);
    const recoveryMs = await eventually('the cluster is complete', () => cluster.isWhole());
    t.diagnostic(`the cluster was complete ${Math.round(recoveryMs)} ms after the node was back`);
    await assertRecovers('the fault');
    await reader.stop();
  });
}

test('a replica takes over the slot, on request and after a kill', needsBoth, async (t) => {
  const { owner, reader, assertRecovers } = await startServiceWithReader(t);
  const replica = await cluster.addReplica(owner);

  async function assertTakeover(by: Node): Promise<void> {
    await eventually('the node is a master', async () => String(await send(by, 'ROLE')).startsWith('master'));
    await assertRecovers('the takeover');
  }
  await send(replica, 'CLUSTER', 'FAILOVER');
  await assertTakeover(replica);
  await eventually('the old master is a replica, in sync', async () => {
    return /^slave,.*,connected,/.test(String(await send(owner, 'ROLE')));
  });
  await replica.kill();
  await assertTakeover(owner);
  await reader.stop();
});

test(
  'a single server given as a cluster is refused, with the right form of the URL',
  needsRedis,
  async (t) => {
    const { url, keyPrefix } = testRedis();
    const env = { REDIS_URL: url.replace('redis://', 'redis+cluster://'), KEY_PREFIX: keyPrefix, PORT: '0' };
    const { code, output } = await finish(cli(t, ['serve'], env));
    assert.equal(code, 78, output);
    assert.match(output, /REDIS_URL leads to a single server: begin it with redis:\/\//);
  },
);
