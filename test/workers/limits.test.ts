import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { eventually } from '../support/eventually.ts';
import { openConnections, serveWith } from '../support/processes/workers.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { snapshot, startUpstream } from '../support/upstreams/upstream.ts';

/** Starts three workers, with a source that has one sample. */
async function serveThree(t: TestContext, env: Record<string, string>) {
  const upstream = await startUpstream(t, JSON.stringify([snapshot(Date.now() - 1000)]));
  return serveWith(t, 3, { DATA_DIR: temporaryFolder(t), SENTICRYPT_URL: upstream.url, ...env });
}

interface Reader {
  readonly status: number | undefined;
  readonly detail: string;
  readonly close: () => void;
  readonly isOpen: () => boolean;
}

async function openReader(t: TestContext, address: string, localAddress = '127.0.0.1'): Promise<Reader> {
  const request = get(new URL('/live', address), { agent: false, localAddress });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  const close = () => request.destroy();
  t.after(close);
  let isOpen = response.statusCode === 200;
  if (!isOpen)
    return {
      status: response.statusCode,
      detail: JSON.parse(await text(response)).detail,
      close,
      isOpen: () => false,
    };
  response
    .resume()
    .on('error', () => undefined)
    .on('close', () => {
      isOpen = false;
    });
  return { status: 200, detail: '', close, isOpen: () => isOpen };
}

test('the limits of readers apply to all workers together, which have as many readers each', async (t) => {
  const { address, pids, replace } = await serveThree(t, {
    MAX_LIVE_READERS: '8',
    MAX_LIVE_READERS_PER_ADDRESS: '6',
  });
  const readers = [];
  for (let count = 0; count < 6; count += 1) readers.push(await openReader(t, address));
  assert.deepEqual(
    readers.map(({ status }) => status),
    Array(6).fill(200),
  );
  const seventh = await openReader(t, address);
  assert.deepEqual(
    [seventh.status, seventh.detail],
    [429, 'this address has reached the limit of 6 readers'],
  );
  for (const _ of [7, 8]) assert.equal((await openReader(t, address, '127.0.0.2')).status, 200);
  const ninth = await openReader(t, address, '127.0.0.3');
  assert.deepEqual([ninth.status, ninth.detail], [503, 'the limit of 8 readers is reached']);

  readers[0]?.close();
  await eventually('its place is free', async () => (await openReader(t, address)).status === 200);
  assert.equal((await openReader(t, address)).status, 503);

  const [pid = 0] = pids();
  await replace(pid);
  const open = readers.filter((reader) => reader.isOpen()).length;
  assert.ok(open >= 2 && open <= 4, `${open} of 5 readers were not of the worker that ended`);
  // The places of its readers are free again.
  assert.equal((await openReader(t, address)).status, 200);
});

/** Opens a connection, and resolves to whether the service keeps it. */
async function isKept(t: TestContext, address: string, sockets: Socket[]): Promise<boolean> {
  const { hostname, port } = new URL(address);
  const socket = connect(Number(port), hostname).on('error', () => undefined);
  t.after(() => socket.destroy());
  sockets.push(socket);
  await once(socket, 'connect');
  const closed = once(socket, 'close').then(() => false);
  return await Promise.race([closed, new Promise<true>((resolve) => setTimeout(resolve, 300, true))]);
}

test('the limit of connections per address applies to all workers together', async (t) => {
  const { address } = await serveThree(t, {
    MAX_CONNECTIONS_PER_ADDRESS: '12',
    MAX_LIVE_READERS_PER_ADDRESS: '1',
  });
  const sockets: Socket[] = [];
  const first = await Promise.all(Array.from({ length: 12 }, () => isKept(t, address, sockets)));
  assert.deepEqual(first, Array(12).fill(true));
  await Promise.all(Array.from({ length: 6 }, () => isKept(t, address, sockets)));
  await eventually('six more are closed', () => sockets.filter(({ closed }) => closed).length === 6);
  assert.ok(sockets.slice(0, 12).every(({ closed }) => !closed));
  for (const socket of sockets.splice(0)) socket.destroy();
  await eventually('a closed connection makes room', () => isKept(t, address, sockets));
});

test('a used and idle connection makes room for a new one, also if the others belong to other workers', async (t) => {
  const { address } = await serveThree(t, {
    MAX_CONNECTIONS_PER_ADDRESS: '6',
    MAX_LIVE_READERS_PER_ADDRESS: '1',
  });
  const connections = openConnections(t, address, 24);
  for (const connection of connections) assert.equal((await connection.ask('/health/live')).status, 200);
});

test('RATE_LIMIT applies to all workers together', async (t) => {
  const { address } = await serveThree(t, { RATE_LIMIT: '2' });
  const statuses = [];
  for (const connection of openConnections(t, address, 6)) {
    const { status, headers, body } = await connection.ask('/refresh', 'POST');
    statuses.push(status);
    if (status !== 429) continue;
    assert.equal(JSON.parse(body).detail, 'this address may start 2 refreshes per minute');
    assert.ok(Number(headers['retry-after']) > 0);
  }
  assert.deepEqual(statuses, [200, 200, 429, 429, 429, 429]);
});

test('tokens are checked, and the limit of wrong ones applies to all workers together', async (t) => {
  const token = 'the-right-token-of-this-test';
  const { address } = await serveThree(t, { REFRESH_TOKEN: token, RATE_LIMIT: '0' });
  const connections = openConnections(t, address, 12);
  const ask = async (index: number, given?: string) =>
    connections[index]?.ask('/refresh', 'POST', given ? { authorization: `Bearer ${given}` } : {});
  assert.equal((await ask(0, token))?.status, 200);
  assert.equal((await ask(1))?.headers['www-authenticate'], 'Bearer');
  for (let index = 0; index < 10; index += 1) {
    const { status, headers } = (await ask(index, 'wrong')) ?? {};
    assert.deepEqual([status, headers?.['www-authenticate']], [401, 'Bearer error="invalid_token"']);
  }
  for (const index of [9, 10, 11]) {
    const refused = await ask(index, token);
    assert.equal(refused?.status, 429);
    assert.equal(JSON.parse(refused?.body ?? '').code, 'too_many_wrong_tokens');
  }
});
