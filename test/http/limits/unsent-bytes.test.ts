import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { limitUnsentBytes } from '../../../src/http/limits/unsent-bytes.ts';
import { eventually } from '../../support/eventually.ts';

/** More than the system's buffers between two sockets hold. */
const LENGTH = 32_000_000;

/** Serves a body for each path `/NETWORK/BODY`. Bodies of the same name share a buffer. */
async function startServer(t: TestContext, most: number) {
  const bodies = new Map<string, Buffer>();
  const countUnsent = limitUnsentBytes(most);
  const closed: string[] = [];
  const server = createServer((request, response) => {
    const { url = '' } = request;
    const [, network = '', name = ''] = url.split('/');
    const body = bodies.get(name) ?? Buffer.alloc(LENGTH, name);
    bodies.set(name, body);
    response.on('close', () => closed.push(`${url} ${response.writableFinished ? 'whole' : 'cut'}`));
    countUnsent(response, network, [body]);
    response.end(body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    closed,
    port,
    /** Sends a request, and reads only the head. */
    async pause(path: string): Promise<Socket> {
      const socket = connect(port, '127.0.0.1');
      t.after(() => socket.destroy());
      socket.on('error', () => 'cut');
      socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`);
      await once(socket, 'readable');
      return socket;
    },
  };
}

test('the memory of paused clients is limited: the oldest response is cut off', async (t) => {
  const { closed, port, pause } = await startServer(t, 3.1 * LENGTH);
  for (const path of ['/a/1', '/a/2', '/a/3']) await pause(path);
  assert.deepEqual(closed, []);
  await pause('/a/4');
  await eventually('one is closed', () => closed.length === 1);
  assert.deepEqual(closed, ['/a/1 cut']);
  // A client that reads gets the whole body, and makes room.
  const whole = await fetch(`http://127.0.0.1:${port}/a/5`);
  assert.equal((await whole.arrayBuffer()).byteLength, LENGTH);
  await eventually('two more are closed', () => closed.length === 3);
  assert.deepEqual(closed, ['/a/1 cut', '/a/2 cut', '/a/5 whole']);
  await pause('/a/6');
  assert.equal(closed.length, 3);
});

test('the most expensive client loses a response, and a shared body counts once', async (t) => {
  const { closed, pause } = await startServer(t, 3.1 * LENGTH);
  for (const path of ['/a/1', '/b/2', '/b/3']) await pause(path);
  await pause('/c/4');
  await eventually('one is closed', () => closed.length === 1);
  assert.deepEqual(closed, ['/b/2 cut'], 'neither the oldest of all nor the newest');
  for (let count = 0; count < 20; count += 1) await pause('/d/1');
  assert.equal(closed.length, 1);
});
