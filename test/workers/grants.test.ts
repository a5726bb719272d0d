import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { StoreError } from '../../src/domain/errors.ts';
import { ALL, limitConnections, tooManyConnections } from '../../src/http/limits/connections.ts';
import { createGrants, grantedShare, ownShare, shareConnections } from '../../src/workers/grants.ts';
import { createLedger } from '../../src/workers/ledger.ts';
import { eventually } from '../support/eventually.ts';
import { openPair } from '../support/processes/channel-pair.ts';

/** Workers that share a ledger, as in the service. */
function startCounts(t: TestContext, workers: number, max: number) {
  const ledger = createLedger();
  return Array.from({ length: workers }, (_, id) => {
    ledger.enter(id);
    const { asker } = openPair(t, {
      takeConnection(network, grant = '') {
        if (ledger.take(id, grant, { [`connections ${network}`]: grantedShare(max, workers) }))
          throw tooManyConnections(max);
      },
      give: (grant = '') => ledger.give(id, grant),
    });
    return shareConnections(createGrants(asker), () => ownShare(max, workers));
  });
}

test('workers accept half of the connections of an address themselves, and never more than the limit together', async (t) => {
  for (const [max, workers] of [
    [1, 2],
    [7, 3],
    [40, 4],
  ] as const) {
    const counts = startCounts(t, workers, max);
    let held = 0;
    for (let round = 0; round < 2; round += 1) {
      for (let index = 0; index < max; index += 1)
        if (await counts[index % workers]?.take('192.0.2.1')) held += 1;
      assert.equal(held, max, `${max} in ${workers}`);
      for (const count of counts) assert.equal(await count.take('192.0.2.1'), false);
      assert.equal(await counts[0]?.take('192.0.2.2'), true, 'another address has its own limit');
      counts[0]?.give('192.0.2.2');
      for (let index = 0; index < max; index += 1) counts[index % workers]?.give('192.0.2.1');
      held = 0;
    }
  }
});

test('one worker may have most of all connections, while the others have few', async (t) => {
  const [one, other] = startCounts(t, 2, 40);
  for (let index = 0; index < 30; index += 1) assert.equal(await one?.take(ALL), true);
  assert.equal(await one?.take(ALL), false);
  for (let index = 0; index < 10; index += 1) assert.equal(await other?.take(ALL), true);
  assert.equal(await other?.take(ALL), false);
});

test('a connection above the limit of all processes is closed, also through a proxy', async (t) => {
  const [count] = startCounts(t, 2, 4);
  const server = createServer((_request, response) => response.end());
  const limits = { maxConnections: 100, maxConnectionsPerAddress: 100, sharedConnections: count };
  limitConnections(server, { ...limits, isProxy: () => true, warn: () => undefined });
  t.after(() => server.close());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const open = async () => {
    const socket = connect(port, '127.0.0.1');
    t.after(() => socket.destroy());
    await once(socket, 'connect');
    const closed = once(socket, 'close').then(() => false);
    return { socket, isKept: await Promise.race([closed, sleep(100, true)]) };
  };
  const first = [await open(), await open(), await open()];
  assert.deepEqual(
    first.map(({ isKept }) => isKept),
    [true, true, true],
    'its own share, and what the other worker has not taken',
  );
  assert.equal((await open()).isKept, false);
  first[0]?.socket.destroy();
  await eventually('a closed connection makes room', async () => (await open()).isKept);
});

test('what a worker held is free when it has ended, and what it asked for before is refused', () => {
  const ledger = createLedger();
  for (const worker of [1, 2, 3]) ledger.enter(worker);
  const limits = { all: 3, a: 2 };
  assert.equal(ledger.take(1, '1', limits), undefined);
  assert.equal(ledger.take(2, '1', limits), undefined);
  assert.equal(ledger.take(2, '2', limits), 'a');
  assert.equal(ledger.take(3, '1', { all: 3, b: 2 }), undefined);
  assert.equal(ledger.take(3, '2', { all: 3, b: 2 }), 'all');
  ledger.give(3, '2');
  ledger.give(2, '9');
  assert.equal(ledger.take(3, '3', { all: 3 }), 'all', 'only what is held can be given back');
  ledger.leave(1);
  assert.equal(ledger.take(1, '2', limits), 'all');
  ledger.give(1, '1');
  assert.equal(ledger.take(2, '2', limits), undefined);
  assert.equal(ledger.take(2, '3', { a: 2 }), 'a');
});

test('a grant that comes too late is given back, and a denied one takes none away', async (t) => {
  const ledger = createLedger();
  ledger.enter(1);
  const release = Promise.withResolvers<void>();
  let isSlow = true;
  const { asker } = openPair(t, {
    async takeReader(network, grant = '') {
      if (ledger.take(1, grant, { [`${network}`]: 1 })) throw tooManyConnections(1);
      if (isSlow) await release.promise;
    },
    give: (grant = '') => ledger.give(1, grant),
  });
  const take = createGrants({ ...asker, ask: (name, args) => asker.ask(name, args, isSlow ? 20 : 5000) });
  await assert.rejects(take('takeReader', 'a'), StoreError);
  release.resolve();
  isSlow = false;
  const give = await take('takeReader', 'a');
  for (let count = 0; count < 3; count += 1) await assert.rejects(take('takeReader', 'a'), { status: 429 });
  give();
  give();
  await sleep(20);
  await take('takeReader', 'a');
  await assert.rejects(take('takeReader', 'a'), { status: 429 });
});
