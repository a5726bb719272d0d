import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { requireReadRate } from '../../../src/http/limits/read-rate.ts';
import { connectRaw, requestFor } from '../../support/clients/raw-client.ts';

const PIECE = Buffer.alloc(65_536, 'x');
const PIECES = 512;

/** A server that writes 32 MB, each piece after the one before has been sent. */
async function startServer(t: TestContext): Promise<{ address: string; rate: Disposable }> {
  const server = createServer(async (request, response) => {
    response.writeHead(200, { 'Content-Length': PIECE.length * PIECES });
    for (let piece = 0; piece < PIECES && !response.destroyed; piece += 1) {
      if (!response.write(PIECE))
        await once(response, 'drain', { signal: request.signal }).catch(() => 'cut');
    }
    response.end();
  }).listen(0, '127.0.0.1');
  const rate = requireReadRate(server, { minBytesPerSecond: 8_000_000, windowMs: 1000, checkIntervalMs: 50 });
  await once(server, 'listening');
  t.after(() => {
    rate[Symbol.dispose]();
    server.closeAllConnections();
    server.close();
  });
  return { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, rate };
}

test('a client that reads nothing or too slowly is cut off; one that reads gets its response', async (t) => {
  const { address } = await startServer(t);
  const silent = await connectRaw(t, address);
  silent.socket.pause().write(requestFor('/'));
  const trickling = await connectRaw(t, address);
  trickling.socket.pause().write(requestFor('/'));
  const reading = setInterval(() => trickling.socket.read(20_000), 50);
  t.after(() => clearInterval(reading));
  const whole = await (await fetch(address)).arrayBuffer();
  assert.equal(whole.byteLength, PIECE.length * PIECES);
  await sleep(3000);
  clearInterval(reading);
  for (const { socket, closed } of [silent, trickling]) {
    // A client must read to learn that the connection has closed.
    socket.resume();
    assert.ok((await closed).length < PIECE.length * PIECES);
  }
});
