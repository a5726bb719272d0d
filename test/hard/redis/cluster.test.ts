import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Cluster, launchCluster } from '../../../scripts/redis/cluster.ts';
import { type Node, withClient } from '../../../scripts/redis/node.ts';
import { freePort } from '../../../scripts/redis/start.ts';
import { recordedDayContract } from '../../contracts/recorded-day.ts';
import { type Place, redisStoreContract } from '../../contracts/redis-store.ts';
import { readAllTheTime } from '../../support/clients/steady-reader.ts';
import {
  assertRecordedAnswer,
  counts,
  needsRecordedDay,
  recordedDay,
} from '../../support/data/recorded-day.ts';
import { eventually } from '../../support/eventually.ts';
import { cli, finish, serve } from '../../support/processes/process.ts';
import { json, startTestService } from '../../support/processes/service.ts';
import { needsSeveral } from '../../support/processes/several.ts';
import { leastRights } from '../../support/stores/least-rights.ts';
import { needsRedis, plainClient, testRedis } from '../../support/stores/redis.ts';
import { startUpstream } from '../../support/upstreams/upstream.ts';

const needsBoth = { skip: needsSeveral.skip || needsRecordedDay.skip };
const DAY = recordedDay ?? '';

let cluster: Cluster;

before(async () => {
  if (!needsSeveral.skip) cluster = await launchCluster();
});
after(() => cluster?.[Symbol.asyncDispose]());

const send = (node: Node, ...command: string[]) =>
  withClient(node.url, (client) => client.sendCommand(command));

/** A prefix that no other test uses, and the node that has what is under it. */
async function prefix(): Promise<{ keyPrefix: string; keysBegin: string; price: string; owner: Node }> {
  const keyPrefix = `test:${randomUUID()}`;
  const keysBegin = `{${keyPrefix}}`;
  const price = `${keysBegin}:price:mean:30s`;
  return { keyPrefix, keysBegin, price, owner: await cluster.ownerOf(price) };
}

/** A service that has the recorded day and keeps no answer, under a reader; ended after the test. */
async function underReader(t: TestContext) {
  const { keyPrefix, ...where } = await prefix();
  const upstream = await startUpstream(t, DAY);
  const env = { SENTICRYPT_URL: upstream.url, REDIS_URL: cluster.url, KEY_PREFIX: keyPrefix, CACHE_TTL: '0' };
  const service = await startTestService(t, env);
  assert.deepEqual(await json(service.post()), counts(2474, 0));
  const reader = readAllTheTime(t, service.address, assertRecordedAnswer);

  /** A refresh works at once after what is named, and finds that nothing is lost. */
  async function recovers(after: string): Promise<void> {
    let response = await service.post();
    const took = await eventually('a refresh works', async () => {
      if (response.status !== 200) response = await service.post();
      return response.status === 200;
    });
    t.diagnostic(`a refresh worked ${Math.round(took)} ms after ${after}`);
    assert.ok(took < 3000, `${took} ms`);
    assert.deepEqual(await response.json(), counts(0, 2474));
  }
  return { ...where, service, reader, recovers };
}

const nodeBeside = (owner: Node): Node => cluster.nodes.find((node) => node !== owner) as Node;

redisStoreContract('a cluster', needsSeveral, async () => {
  const { keyPrefix, keysBegin, owner } = await prefix();
  return { url: cluster.url, keyPrefix, keysBegin, server: owner.url };
});

recordedDayContract('a cluster', needsBoth, async (): Promise<Place> => {
  const { keyPrefix, keysBegin, owner } = await prefix();
  for (const node of cluster.nodes) await send(node, ...leastRights(keysBegin));
  // Of the nodes that are named one is away, and the other one has to tell of a third.
  const named = `127.0.0.1:${await freePort()},127.0.0.1:${nodeBeside(owner).port}`;
  return { url: `redis+cluster://lit:password@${named}`, keyPrefix, keysBegin, server: owner.url };
});

test(
  'a prefix with a hash tag is left as it is; simulated samples have one slot too',
  needsSeveral,
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
  'a node that is named as a single server is refused, with the form that would do',
  needsSeveral,
  async (t) => {
    const { keyPrefix, owner } = await prefix();
    const env = { REDIS_URL: nodeBeside(owner).url, KEY_PREFIX: `{${keyPrefix}}`, PORT: '0' };
    const { code, output } = await finish(cli(t, ['serve'], env));
    assert.equal(code, 78, output);
    assert.match(output, /REDIS_URL leads to a node of a cluster: begin it with redis\+cluster:\/\//);
  },
);

test('a refresh at one process is seen at another one', needsBoth, async (t) => {
  const { keyPrefix } = await prefix();
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
  await eventually('the other one answers', async () => {
    const response = await fetch(`${other.address}/is-bitcoin-lit`);
    if (response.status === 200) assertRecordedAnswer(await response.json());
    return response.status === 200;
  });
});

test(
  'the slot is moved to another node: readers notice nothing, and nothing is lost',
  needsBoth,
  async (t) => {
    const { keysBegin, price, owner, service, reader, recovers } = await underReader(t);
    const target = nodeBeside(owner);
    const slot = String(await send(owner, 'CLUSTER', 'KEYSLOT', price));
    const [from, to] = [await send(owner, 'CLUSTER', 'MYID'), await send(target, 'CLUSTER', 'MYID')].map(
      String,
    );
    const assign = (node: Node, ...state: string[]) => send(node, 'CLUSTER', 'SETSLOT', slot, ...state);
    await assign(target, 'IMPORTING', from ?? '');
    await assign(owner, 'MIGRATING', to ?? '');
    const migrate = ['MIGRATE', '127.0.0.1', String(target.port), '', '0', '5000', 'KEYS'];
    await send(owner, ...migrate, price);
    // In the middle of it: one series here, one there.
    await sleep(1000);
    assert.equal((await service.post()).status, 503);
    const rest = (await send(owner, 'CLUSTER', 'GETKEYSINSLOT', slot, '100')) as unknown as string[];
    assert.deepEqual(rest.includes(`${keysBegin}:sentiment:mean:30s`), true);
    await send(owner, ...migrate, ...rest);
    await assign(target, 'NODE', to ?? '');
    await assign(owner, 'NODE', to ?? '');
    for (const node of cluster.nodes)
      if (node !== owner && node !== target) await assign(node, 'NODE', to ?? '');
    await recovers('the slot was moved');
    await reader.stop();
    // Back, for the tests to come.
    await assign(owner, 'IMPORTING', to ?? '');
    await assign(target, 'MIGRATING', from ?? '');
    await service.stop();
    const keys = (await send(target, 'CLUSTER', 'GETKEYSINSLOT', slot, '100')) as unknown as string[];
    await send(target, 'MIGRATE', '127.0.0.1', String(owner.port), '', '0', '5000', 'KEYS', ...keys);
    for (const node of [owner, target, ...cluster.nodes]) await assign(node, 'NODE', from ?? '');
  },
);

for (const { name, breakIt, mend } of [
  {
    name: 'the node of our slot is killed and started again',
    breakIt: (node: Node) => node.kill(),
    mend: (node: Node) => node.start(),
  },
  {
    name: 'the node of our slot is stopped and let go on',
    breakIt: async (node: Node) => node.signal('SIGSTOP'),
    mend: async (node: Node) => node.signal('SIGCONT'),
  },
]) {
  test(name, needsBoth, async (t) => {
    const { owner, service, reader, recovers } = await underReader(t);
    await breakIt(owner);
    await eventually('the loss is told', () => service.events.some(({ type }) => type === 'store_away'));
    await sleep(1500);
    const refused = await service.post();
    assert.equal(refused.status, 503);
    assert.match(
      (await json(refused)).detail,
      /the cluster is incomplete|the store (cannot be reached|does not answer)/,
    );
    await mend(owner);
    const whole = await eventually('the cluster is whole', () => cluster.isWhole());
    t.diagnostic(`it was whole ${Math.round(whole)} ms after the node was back`);
    await recovers('that');
    await reader.stop();
  });
}

test('a replica takes the slot over, as asked and after a kill', needsBoth, async (t) => {
  const { owner, reader, recovers } = await underReader(t);
  const replica = await cluster.addReplica(owner);

  async function takenOver(by: Node): Promise<void> {
    await eventually('it is taken over', async () => String(await send(by, 'ROLE')).startsWith('master'));
    await recovers('it was taken over');
  }
  await send(replica, 'CLUSTER', 'FAILOVER');
  await takenOver(replica);
  await eventually('the old one is its replica, in sync', async () => {
    return /^slave,.*,connected,/.test(String(await send(owner, 'ROLE')));
  });
  await replica.kill();
  await takenOver(owner);
  await reader.stop();
});

test(
  'a single server that is named as a cluster is refused, with the form that would do',
  needsRedis,
  async (t) => {
    const { url, keyPrefix } = testRedis();
    const env = { REDIS_URL: url.replace('redis://', 'redis+cluster://'), KEY_PREFIX: keyPrefix, PORT: '0' };
    const { code, output } = await finish(cli(t, ['serve'], env));
    assert.equal(code, 78, output);
    assert.match(output, /REDIS_URL leads to a single server: begin it with redis:\/\//);
  },
);
