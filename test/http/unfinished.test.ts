import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { test } from 'node:test';
import { boundUnfinished } from '../../src/http/unfinished.ts';
import { eventually } from '../support/eventually.ts';

/** More than the system takes on its way between two sockets. */
const LENGTH = 32_000_000;

test('readers who take nothing hold so much memory and no more: the one that has been at it longest is cut', async (t) => {
  const body = Buffer.alloc(LENGTH, 'x');
  const send = boundUnfinished(3 * LENGTH);
  const closed: string[] = [];
  const server = createServer((request, response) => {
    const { url = '' } = request;
    response.on('close', () => closed.push(`${url} ${response.writableFinished ? 'whole' : 'cut'}`));
    send(response, body.length);
    response.end(body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const ask = async (path: string): Promise<Socket> => {
    const socket = connect(port, '127.0.0.1');
    t.after(() => socket.destroy());
    socket.on('error', () => 'cut');
    socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`);
    // The head is there, and nothing more is taken.
    await once(socket, 'readable');
    return socket;
  };
  for (const path of ['/1', '/2', '/3']) await ask(path);
  assert.deepEqual(closed, []);
  await ask('/4');
  await eventually('one is closed', () => closed.length === 1);
  assert.deepEqual(closed, ['/1 cut']);
  // Who reads gets all of it, and makes room for others by that.
  const whole = await fetch(`http://127.0.0.1:${port}/5`);
  assert.equal((await whole.arrayBuffer()).byteLength, LENGTH);
  await eventually('two more are closed', () => closed.length === 3);
  assert.deepEqual(closed, ['/1 cut', '/2 cut', '/5 whole']);
  await ask('/6');
  assert.equal(closed.length, 3);
});
