import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Node, withClient } from '../../../scripts/redis/node.ts';
import { launchSentinel, launchWatched, type Watched } from '../../../scripts/redis/sentinel.ts';
import { freePort } from '../../../scripts/redis/start.ts';
import { recordedDayContract } from '../../contracts/recorded-day.ts';
import { startSequentialReader } from '../../support/clients/sequential-reader.ts';
import {
  assertRecordedAnswer,
  needsRecordedDay,
  recordedDay,
  refreshReport,
} from '../../support/data/recorded-day.ts';
import { eventually } from '../../support/eventually.ts';
import { cli, finish } from '../../support/processes/process.ts';
import { json, startTestService, type TestService } from '../../support/processes/service.ts';
import { leastRights } from '../../support/stores/least-rights.ts';
import { needsMultipleRedis } from '../../support/stores/multiple-redis.ts';
import { startUpstream } from '../../support/upstreams/upstream.ts';

const needsBoth = { skip: needsMultipleRedis.skip || needsRecordedDay.skip };
const SENTINEL_PASSWORD = 'guard & word';
const QUERY = `?sentinel_password=${encodeURIComponent(SENTINEL_PASSWORD)}`;

/** Shared by tests that change no roles for good. */
let shared: Watched;

before(async () => {
  if (!needsMultipleRedis.skip) shared = await launchWatched(SENTINEL_PASSWORD);
});
after(() => shared?.[Symbol.asyncDispose]());

const send = (node: { readonly url: string }, ...command: string[]) =>
  withClient(node.url, (client) => client.sendCommand(command));

const hasEvent = (service: TestService, type: string) => service.events.some((event) => event.type === type);

recordedDayContract('Sentinel', needsBoth, async () => {
  const keyPrefix = `test:${randomUUID()}`;
  const [master] = shared.nodes;
  await send(master, ...leastRights(keyPrefix, '+role'));
  const createUser = ['ACL', 'SETUSER', 'asker', 'on', '>ask%', '+sentinel|get-master-addr-by-name'];
  for (const sentinel of shared.sentinels) await send(sentinel, ...createUser);
  const query = '?sentinel_user=asker&sentinel_password=ask%25';
  const url = `${shared.url.replace('://', '://lit:password@')}/0${query}`;
  return { url, keyPrefix, keysBegin: keyPrefix, server: master.url };
});

test('wrong Sentinel settings are refused', needsMultipleRedis, async (t) => {
  const [node] = shared.nodes;
  for (const [url, message] of [
    [`${shared.url}${QUERY}x`, /REDIS_URL has a wrong or missing user name or password for the sentinels/],
    [shared.url, /REDIS_URL has a wrong or missing user name or password for the sentinels/],
    [`${shared.url}other${QUERY}`, /REDIS_URL names a master that its sentinels do not know/],
    [`redis+sentinel://127.0.0.1:${node.port}/lit`, /REDIS_URL names servers that are not sentinels/],
    [
      `${shared.url.replace('://', '://nobody:wrong@')}${QUERY}`,
      /REDIS_URL has a wrong or missing user name or password$/m,
    ],
  ] as const) {
    const { code, output } = await finish(cli(t, ['serve'], { REDIS_URL: url, PORT: '0' }));
    assert.equal(code, 78, output);
    assert.match(output, message);
    assert.doesNotMatch(output, /guard|wrong@/);
  }
});

/** Closes the service's connection to a server, so that it looks for the master. */
const disconnect = (node: Node) => send(node, 'CLIENT', 'KILL', 'TYPE', 'pubsub');

test('half of the sentinels are silent or down: the master is still found', needsBoth, async (t) => {
  const [master] = shared.nodes;
  const [first, second] = shared.sentinels;
  const away = `redis+sentinel://127.0.0.1:${await freePort()},127.0.0.1:${await freePort()},`;
  const url = `${shared.url.replace('redis+sentinel://', away)}${QUERY}`;
  const env = { REDIS_URL: url, KEY_PREFIX: `test:${randomUUID()}`, SOURCE: 'simulated' };
  const service = await startTestService(t, env);
  assert.equal((await service.post()).status, 200);
  t.after(() => {
    first?.signal('SIGCONT');
    second?.signal('SIGCONT');
  });
  first?.signal('SIGSTOP');
  second?.signal('SIGSTOP');
  await disconnect(master);
  await eventually('the loss is reported', () => hasEvent(service, 'store_away'));
  const took = await eventually('the service is connected again', () => hasEvent(service, 'store_back'));
  t.diagnostic(`connected again after ${Math.round(took)} ms`);
  assert.ok(took < 3000, `${took} ms`);
  assert.equal((await service.post()).status, 200);
});

test('a sentinel that names another server does not mislead', needsMultipleRedis, async (t) => {
  await using stack = new AsyncDisposableStack();
  const [, replica] = shared.nodes;
  // It considers the replica the master, as a sentinel would that was disconnected before a failover.
  const stale = await launchSentinel(stack, replica);
  const env = { KEY_PREFIX: `test:${randomUUID()}`, SOURCE: 'simulated' };
  // Alone, it names a server that is not a master. With a second sentinel, the service tries both in turn.
  const misledService = await startTestService(t, {
    ...env,
    REDIS_URL: `redis+sentinel://127.0.0.1:${stale.port}/lit`,
  });
  assert.equal((await misledService.post()).status, 503);
  assert.match((await json(misledService.get())).detail, /the store is changing its master/);
  const url = `redis+sentinel://127.0.0.1:${stale.port},127.0.0.1:${shared.sentinels[0]?.port}/lit${QUERY}`;
  const service = await startTestService(t, { ...env, REDIS_URL: url });
  await eventually('a refresh succeeds', async () => (await service.post()).status === 200, 5000);
});

test('no sentinel responds at the start: the service waits for one', needsMultipleRedis, async (t) => {
  t.after(() => {
    for (const sentinel of shared.sentinels) sentinel.signal('SIGCONT');
  });
  for (const sentinel of shared.sentinels) sentinel.signal('SIGSTOP');
  const env = { REDIS_URL: `${shared.url}${QUERY}`, KEY_PREFIX: `test:${randomUUID()}`, SOURCE: 'simulated' };
  const service = await startTestService(t, env);
  const answer = await service.get();
  assert.equal(answer.status, 503);
  assert.match((await json(answer)).detail, /no sentinel of the store answers/);
  for (const sentinel of shared.sentinels) sentinel.signal('SIGCONT');
  const took = await eventually('a refresh succeeds', async () => (await service.post()).status === 200);
  assert.ok(took < 3000, `${took} ms`);
});

interface CompletedFailover {
  readonly watched: Watched;
  readonly service: TestService;
}

/** Starts a service with the recorded day on both servers, causes a failover, and reads until it is over. */
async function failOver(
  t: TestContext,
  cause: (watched: Watched) => Promise<unknown>,
  mayBeEmpty = false,
): Promise<CompletedFailover> {
  const watched = await launchWatched();
  t.after(() => watched[Symbol.asyncDispose]());
  const [master, replica] = watched.nodes;
  const upstream = await startUpstream(t, recordedDay ?? '');
  const env = { SENTICRYPT_URL: upstream.url, REDIS_URL: watched.url, CACHE_TTL: '0' };
  const service = await startTestService(t, env);
  assert.deepEqual(await json(service.post()), refreshReport(2474, 0));
  assert.equal(Number(await send(master, 'WAIT', '1', '5000')), 1);
  const reader = startSequentialReader(t, service.address, assertRecordedAnswer, mayBeEmpty);
  await cause(watched);
  await eventually('the sentinels have switched masters', () => watched.isMaster(replica));
  const took = await eventually('the service is connected to the new master', async () => {
    const clients = String(await send(replica, 'CLIENT', 'LIST', 'TYPE', 'pubsub'));
    return clients.includes('sub=1 psub=0') && hasEvent(service, 'store_back');
  });
  t.diagnostic(`connected ${Math.round(took)} ms after the sentinels had switched`);
  assert.ok(took < 3000, `${took} ms`);
  await sleep(300);
  await reader.stop();
  return { watched, service };
}

for (const { name, cause } of [
  {
    name: 'a failover: the master is killed',
    cause: ({ nodes }: Watched) => nodes[0].kill(),
  },
  {
    name: 'a failover: the master hangs',
    cause: async ({ nodes }: Watched) => nodes[0].signal('SIGSTOP'),
  },
  {
    name: 'a failover: the sentinels are asked for it',
    cause: ({ sentinels, name: master }: Watched) =>
      send(sentinels[0] ?? { url: '' }, 'SENTINEL', 'FAILOVER', master),
  },
]) {
  test(name, needsBoth, async (t) => {
    const { watched, service } = await failOver(t, cause);
    const [old, replica] = watched.nodes;
    assert.deepEqual(await json(service.post()), refreshReport(0, 2474));
    assertRecordedAnswer(await json(service.get()));
    if (!name.endsWith('hangs')) return;
    // The old master resumes in its role until the sentinels demote it, and misleads no client.
    old.signal('SIGCONT');
    await eventually('the old master is a replica', async () => {
      const info = String(await send(old, 'INFO', 'replication'));
      return info.includes('role:slave') && info.includes('master_link_status:up');
    });
    assert.ok(await watched.isMaster(replica));
    assert.deepEqual(await json(service.post()), refreshReport(0, 2474));
    assertRecordedAnswer(await json(service.get()));
  });
}

test('a failover to a replica that has nothing: the next refresh fills it', needsBoth, async (t) => {
  const empty = async ({ nodes: [master, replica] }: Watched) => {
    await send(replica, 'CONFIG', 'SET', 'replica-read-only', 'no');
    await send(replica, 'FLUSHALL');
    await master.kill();
  };
  const { service } = await failOver(t, empty, true);
  assert.equal((await json(service.get())).code, 'nothing_known');
  assert.deepEqual(await json(service.post()), refreshReport(2474, 0));
  assert.deepEqual(await json(service.post()), refreshReport(0, 2474));
  assertRecordedAnswer(await json(service.get()));
});

test('a master that is demoted without the sentinels is left at the first write', needsBoth, async (t) => {
  const keyPrefix = `test:${randomUUID()}`;
  const upstream = await startUpstream(t, recordedDay ?? '');
  const env = { SENTICRYPT_URL: upstream.url, REDIS_URL: `${shared.url}${QUERY}`, KEY_PREFIX: keyPrefix };
  const service = await startTestService(t, env);
  assert.deepEqual(await json(service.post()), refreshReport(2474, 0));
  const [master, replica] = shared.nodes;
  assert.equal(Number(await send(master, 'WAIT', '1', '5000')), 1);
  await send(replica, 'REPLICAOF', 'NO', 'ONE');
  await send(master, 'REPLICAOF', '127.0.0.1', String(replica.port));
  // Makes a write add samples: neither server has prices then.
  await send(replica, 'DEL', `${keyPrefix}:price:mean:30s`);
  await eventually('the old master has no prices', async () => {
    return Number(await send(master, 'EXISTS', `${keyPrefix}:price:mean:30s`)) === 0;
  });
  assert.equal((await service.post()).status, 503);
  await eventually('the service leaves the connection', () => hasEvent(service, 'store_away'));
  // Restores the roles before the sentinels do it in their own way.
  await send(replica, 'REPLICAOF', '127.0.0.1', String(master.port));
  await send(master, 'REPLICAOF', 'NO', 'ONE');
  const took = await eventually('a refresh succeeds', async () => (await service.post()).status === 200);
  t.diagnostic(`a refresh succeeded after ${Math.round(took)} ms`);
  assert.ok(took < 3000, `${took} ms`);
  assert.deepEqual(await json(service.post()), refreshReport(0, 2474));
});
