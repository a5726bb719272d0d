import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { launchRedis } from '../../scripts/redis/start.ts';
import { npmStart, serve } from '../support/processes/process.ts';
import { json } from '../support/processes/service.ts';
import { needsRedis, plainClient } from '../support/stores/redis.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { snapshot, startUpstream } from '../support/upstreams/upstream.ts';

/** An upstream that answers once, and is silent afterwards. */
async function onceOnly(t: TestContext) {
  const upstream = await startUpstream(t, JSON.stringify([snapshot(Date.now() - 1000)]));
  return { upstream, silence: () => upstream.answer(() => undefined) };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(10);
}

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  test(`${signal} during a refresh stops with exit code 0, and acknowledged samples are stored`, async (t) => {
    const { upstream, silence } = await onceOnly(t);
    const env = { SENTICRYPT_URL: upstream.url, DATA_DIR: temporaryFolder(t) };
    const service = await serve(t, env);
    await fetch(`${service.address}/refresh`, { method: 'POST' });
    const before = await (await fetch(`${service.address}/is-bitcoin-lit`)).text();
    silence();
    const waiting = fetch(`${service.address}/refresh`, { method: 'POST' });
    await until(() => upstream.requests() === 2);
    const began = Date.now();
    service.child.kill(signal);
    const response = await waiting;
    assert.equal(response.status, 503);
    assert.equal((await json(response)).code, 'stopping');
    assert.deepEqual(await service.ended, { code: 0, signal: null });
    assert.ok(Date.now() - began < 5000);
    assert.match(service.output(), new RegExp(`stopping: ${signal}`));
    const again = await serve(t, env);
    assert.equal(await (await fetch(`${again.address}/is-bitcoin-lit`)).text(), before);
  });
}

test("npm's echo of a signal is not a second signal", async (t) => {
  const { upstream, silence } = await onceOnly(t);
  silence();
  const service = await serve(t, {
    SENTICRYPT_URL: upstream.url,
    DATA_DIR: temporaryFolder(t),
    REFRESH_INTERVAL: '30s',
  });
  await until(() => upstream.requests() === 1);
  service.child.kill('SIGINT');
  await sleep(5);
  service.child.kill('SIGINT');
  assert.deepEqual(await service.ended, { code: 0, signal: null });
});

test('a SIGTERM to npm start alone stops the service with exit code 0', async (t) => {
  const { upstream, silence } = await onceOnly(t);
  silence();
  const npm = await npmStart(t, { SENTICRYPT_URL: upstream.url, DATA_DIR: temporaryFolder(t) });
  await until(() => upstream.requests() === 1);
  npm.child.kill('SIGTERM');
  assert.equal((await npm.ended).code, 0, npm.output());
  await assert.rejects(fetch(npm.address), 'nobody listens any more');
});

/** Keeps an incomplete request open, which a stop waits for as long as for the last responses. */
async function sendHalf(t: TestContext, address: string): Promise<void> {
  const { hostname, port } = new URL(address);
  const socket = connect(Number(port), hostname);
  t.after(() => socket.destroy());
  socket.on('error', () => 'it is closed');
  socket.write('POST /refresh HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n');
  await sleep(100);
}

test('a client with an incomplete request does not delay the stop', async (t) => {
  const service = await serve(t, { SOURCE: 'simulated', DATA_DIR: temporaryFolder(t) });
  await sendHalf(t, service.address);
  const began = Date.now();
  service.child.kill('SIGTERM');
  assert.deepEqual(await service.ended, { code: 0, signal: null });
  assert.ok(Date.now() - began < 5000);
});

test('a second SIGTERM ends it at once', async (t) => {
  const service = await serve(t, { SOURCE: 'simulated', DATA_DIR: temporaryFolder(t) });
  await sendHalf(t, service.address);
  service.child.kill('SIGTERM');
  await service.until(/stopping/);
  await sleep(200);
  service.child.kill('SIGTERM');
  assert.deepEqual(await service.ended, { code: 143, signal: null });
});

test('a Redis that hangs does not delay the stop, and is named in the log', needsRedis, async (t) => {
  const redis = await launchRedis();
  let pid = 0;
  t.after(async () => {
    if (pid) process.kill(pid, 'SIGCONT');
    await redis[Symbol.asyncDispose]();
  });
  const client = await plainClient(t, redis.url);
  pid = Number(/process_id:(\d+)/.exec(await client.info('server'))?.[1]);
  const { upstream, silence } = await onceOnly(t);
  silence();
  const service = await serve(t, { SENTICRYPT_URL: upstream.url, REDIS_URL: redis.url });
  const waiting = fetch(`${service.address}/refresh`, { method: 'POST' });
  await until(() => upstream.requests() === 1);
  process.kill(pid, 'SIGSTOP');
  const began = Date.now();
  const unread = await fetch(`${service.address}/is-bitcoin-lit`);
  assert.equal(unread.status, 503);
  assert.match((await json(unread)).detail, /the store does not answer/);
  assert.ok(Date.now() - began < 2000);
  service.child.kill('SIGTERM');
  assert.equal((await waiting).status, 503);
  assert.deepEqual(await service.ended, { code: 0, signal: null });
});

test('a stop during a reconnect to a slow Redis works', needsRedis, async (t) => {
  const redis = await launchRedis();
  t.after(() => redis[Symbol.asyncDispose]());
  const { hostname, port } = new URL(redis.url);
  let delay = 0;
  const sockets = new Set<Socket>();
  const proxy = createServer((client) => {
    const server = connect(Number(port), hostname);
    sockets.add(client);
    client.on('data', (part) => setTimeout(() => server.write(part), delay));
    server.on('data', (part) => setTimeout(() => client.write(part), delay));
    for (const one of [client, server])
      one.on('error', () => 'cut').on('close', () => [client, server].map((each) => each.destroy()));
  }).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  t.after(() => proxy.close());
  const { port: proxyPort } = proxy.address() as AddressInfo;
  const service = await serve(t, { SOURCE: 'simulated', REDIS_URL: `redis://127.0.0.1:${proxyPort}` });
  delay = 500;
  for (const socket of sockets) socket.destroy();
  await sleep(400);
  const began = Date.now();
  service.child.kill('SIGTERM');
  assert.deepEqual(await service.ended, { code: 0, signal: null });
  assert.ok(Date.now() - began < 3000);
});
