import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLiveReaders } from '../../src/http/streaming/live-readers.ts';
import { openRawStream } from '../../src/http/streaming/raw-response.ts';

const FIRST = ':\n';
const PIECE = 60_000;

test('a reader that does not read is disconnected, and the others get everything', async (t) => {
  let dropped = 0;
  let count = 0;
  const readers = createLiveReaders({
    max: 10,
    maxPerAddress: 10,
    onCount: (now) => {
      count = now;
    },
    onDropped: () => {
      dropped += 1;
    },
  });
  const server = createServer((request, response) => {
    const stream = openRawStream(request, response, {}, FIRST);
    readers.add({ stream, address: request.socket.remoteAddress ?? '', lastId: undefined });
  }).listen(0, '127.0.0.1');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const connect = async (): Promise<IncomingMessage> => {
    const request = get({ port, host: '127.0.0.1', agent: false });
    t.after(() => request.destroy());
    request.on('error', () => 'dropped');
    const [response] = await once(request, 'response');
    return response;
  };
  const lazy = await connect();
  lazy.on('error', () => 'dropped');
  const eager = await connect();
  let received = 0;
  eager.on('data', (part: Buffer) => {
    received += part.length;
  });
  let sent = 0;
  for (; dropped === 0 && sent < 1000; sent += 1) {
    readers.send({ id: String(sent), text: 'x'.repeat(PIECE) });
    const until = Date.now() + 5000;
    while (received < FIRST.length + (sent + 1) * PIECE && Date.now() < until) await sleep(1);
  }
  assert.equal(dropped, 1, `after ${sent} pieces`);
  assert.equal(received, FIRST.length + sent * PIECE);
  assert.equal(count, 1);
  // The client must read to learn that the connection has closed.
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  lazy.on('close', resolve).resume();
  await closed;
  assert.equal(lazy.complete, false);
});
