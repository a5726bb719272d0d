import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { readLive } from '../support/clients/event-stream.ts';
import { json, startTestService, type TestService } from '../support/processes/service.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { snapshot, startUpstream } from '../support/upstreams/upstream.ts';

const NOW = Date.UTC(2026, 0, 1, 12);

async function liveReaders(service: TestService): Promise<number> {
  const text = await (await service.get('/metrics')).text();
  return Number(/^is_bitcoin_lit_live_readers (\d+)$/m.exec(text)?.[1]);
}

async function becomes(value: () => Promise<number>, expected: number): Promise<void> {
  const until = Date.now() + 5000;
  while ((await value()) !== expected) {
    assert.ok(Date.now() < until, `it is not ${expected} but ${await value()}`);
    await sleep(10);
  }
}

test('sends the answer on connect, after a refresh, and when it becomes stale', async (t) => {
  let now = NOW;
  const upstream = await startUpstream(t, JSON.stringify([snapshot(NOW, 100)]));
  const env = { SENTICRYPT_URL: upstream.url, CACHE_TTL: '24h', STALE_AFTER: '5m' };
  const service = await startTestService(t, env, () => now);
  await service.post();
  const reader = await readLive(t, service.address);
  assert.equal(reader.response.statusCode, 200);
  assert.equal(reader.response.headers['content-type'], 'text/event-stream; charset=utf-8');
  assert.equal(reader.response.headers['access-control-allow-origin'], '*');
  assert.equal(reader.response.headers['data-source'], 'senticrypt');
  const answer = await service.get();
  const etag = answer.headers.get('etag');
  const [, wait, id] = await reader.until(/^retry: (\d+)\nevent: summary\nid: (\S+)\ndata: .*\n\n/);
  assert.ok(Number(wait) >= 1000 && Number(wait) <= 5000);
  assert.equal(`"${id}"`, etag);
  assert.deepEqual(reader.summaries(), [await json(answer)]);

  upstream.answer(JSON.stringify([snapshot(NOW + 1, 300)]));
  await service.post();
  await reader.until(/"price":200,/);
  now = NOW + 300_002;
  await reader.until(/"stale":true/);
  assert.deepEqual(
    reader.summaries().map(({ stale }) => stale),
    [false, false, true],
    'each once',
  );
});

test('sends a change by another writer after CACHE_TTL', async (t) => {
  const folder = temporaryFolder(t);
  const upstream = await startUpstream(t, JSON.stringify([snapshot(NOW, 100)]));
  const env = { SENTICRYPT_URL: upstream.url, CACHE_TTL: '100ms', DATA_DIR: folder };
  const service = await startTestService(t, env);
  const reader = await readLive(t, service.address);
  await reader.until(/event: problem\nid: no-sample\ndata: .*"the store holds no samples".*\n\n/);
  const other = new DatabaseSync(join(folder, 'samples.sqlite'), { timeout: 1000 });
  other.exec(`INSERT INTO sample (time, price) VALUES (${NOW}, 200)`);
  other.close();
  await reader.until(/"price":200,/);
});

test('does not repeat the event in Last-Event-ID', async (t) => {
  const upstream = await startUpstream(t, JSON.stringify([snapshot(NOW, 100)]));
  const env = { SENTICRYPT_URL: upstream.url };
  const service = await startTestService(t, env, () => NOW);
  await service.post();
  const first = await readLive(t, service.address);
  const [, id = ''] = await first.until(/id: (\S+)\ndata: .*\n\n/);
  const again = await readLive(t, service.address, { 'last-event-id': id });
  const other = await readLive(t, service.address, { 'last-event-id': 'of-long-ago' });
  await other.until(/data: .*\n\n/);
  await again.until(/^retry: \d+\n:\n$/);
  upstream.answer(JSON.stringify([snapshot(NOW + 1, 300)]));
  await service.post();
  await again.until(/"price":200,/);
  assert.equal(again.summaries().length, 1);
});

test('readers are limited, per address and in total, until one leaves', async (t) => {
  const env = { SOURCE: 'simulated', TRUST_PROXY: '127.0.0.1' };
  const limits = { MAX_LIVE_READERS: '3', MAX_LIVE_READERS_PER_ADDRESS: '2' };
  const service = await startTestService(t, { ...env, ...limits });
  const from = (address: string) => ({ 'x-forwarded-for': address });
  const first = await readLive(t, service.address, from('10.0.0.1'));
  await readLive(t, service.address, from('10.0.0.1'));
  const third = await service.get('/live', from('10.0.0.1'));
  assert.equal(third.status, 429);
  assert.ok(Number(third.headers.get('retry-after')) > 0);
  assert.equal((await json(third)).code, 'too_many_readers');
  await readLive(t, service.address, from('10.0.0.2'));
  const fourth = await service.get('/live', from('10.0.0.3'));
  assert.equal(fourth.status, 503);
  assert.equal(await liveReaders(service), 3);
  first.response.destroy();
  await becomes(() => liveReaders(service), 2);
  const back = await readLive(t, service.address, from('10.0.0.1'));
  assert.equal(back.response.statusCode, 200);
});

test('an IPv6 /64 and an address with ports are one address; anything else counts as the proxy', async (t) => {
  const env = { SOURCE: 'simulated', TRUST_PROXY: '127.0.0.1', MAX_LIVE_READERS_PER_ADDRESS: '1' };
  const service = await startTestService(t, env);
  const status = async (address: string) => {
    const { response } = await readLive(t, service.address, { 'x-forwarded-for': address });
    return response.statusCode;
  };
  const addresses = [
    ['2001:db8:1:1::1', '2001:db8:1:1:ffff::2'],
    ['2001:db8::1', '2001:db8:0:0:1::'],
    ['10.0.0.1', '10.0.0.1:5555'],
    ['::ffff:10.0.0.2', '10.0.0.2'],
    ['[2001:db8:7::1]:443', '2001:db8:7::2'],
    ['garbage', 'other garbage'],
  ] as const;
  for (const [one, same] of addresses) {
    assert.equal(await status(one), 200, one);
    assert.equal(await status(same), 429, same);
  }
  assert.equal(await status('2001:db8:1:2::1'), 200, 'another network');
});

test('a stop ends the streams properly and at once', async (t) => {
  const service = await startTestService(t, { SOURCE: 'simulated' });
  await service.post();
  const readers = await Promise.all(Array.from({ length: 5 }, () => readLive(t, service.address)));
  const began = performance.now();
  await service.stop();
  const took = performance.now() - began;
  assert.deepEqual(await Promise.all(readers.map(({ ended }) => ended)), [true, true, true, true, true]);
  assert.ok(took < 900, `not by the last resort, which takes a second: ${took} ms`);
});

test('HEAD returns the headers without a stream', async (t) => {
  const service = await startTestService(t, { SOURCE: 'simulated' });
  const response = await fetch(`${service.address}/live`, { method: 'HEAD' });
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('content-type'), 'text/event-stream; charset=utf-8');
  assert.equal(await liveReaders(service), 0);
});

test('an HTTP/1.0 client gets the stream without chunks', async (t) => {
  const upstream = await startUpstream(t, JSON.stringify([snapshot(NOW, 100)]));
  const service = await startTestService(t, { SENTICRYPT_URL: upstream.url }, () => NOW);
  const socket = connect(Number(new URL(service.address).port), '127.0.0.1');
  t.after(() => socket.destroy());
  let text = '';
  socket.setEncoding('utf8').on('data', (part) => {
    text += part;
  });
  socket.write('GET /live HTTP/1.0\r\n\r\n');
  await becomes(() => liveReaders(service), 1);
  await becomes(async () => text.split('event: problem').length, 2);
  await service.post();
  const until = Date.now() + 5000;
  while (!/data: .*\n\n$/.test(text) && Date.now() < until) await sleep(5);
  const [head = '', body = ''] = text.split('\r\n\r\n');
  assert.doesNotMatch(head, /transfer-encoding/i);
  assert.match(
    body,
    /^retry: \d+\n(: no answer yet\n)?(event: problem\nid: no-sample\ndata: .*\n\n)?event: summary\nid: \S+\ndata: .*\n\n$/,
  );
});

test('a pipelined stream waits for earlier requests, and requests behind a stream are not counted', async (t) => {
  const service = await startTestService(t, { SOURCE: 'simulated' });
  await service.post();
  const socket = connect(Number(new URL(service.address).port), '127.0.0.1');
  let text = '';
  socket.setEncoding('utf8').on('data', (part) => {
    text += part;
  });
  const request = (path: string) => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`;
  socket.write(request('/health/ready') + request('/live').repeat(3));
  await becomes(async () => text.split('event: summary').length, 2);
  await becomes(() => liveReaders(service), 1);
  await sleep(1500);
  assert.equal(await liveReaders(service), 1);
  socket.destroy();
  await once(socket, 'close');
  await becomes(() => liveReaders(service), 0);
});
