import assert from 'node:assert/strict';
import { test } from 'node:test';
import { networkOf } from '../../../src/http/clients/network.ts';
import { networkCheck } from '../../../src/http/clients/proxies.ts';
import { readLive } from '../../support/clients/event-stream.ts';
import { connectRaw, requestFor } from '../../support/clients/raw-client.ts';
import { eventually } from '../../support/eventually.ts';
import { json, startTestService, type TestService } from '../../support/processes/service.ts';
import { TEXT_FILE } from '../../support/web/built.ts';

const warningsOf = (service: TestService, pattern: RegExp): string[] =>
  service.events.flatMap((event) =>
    event.type === 'warning' && pattern.test(event.text) ? [event.text] : [],
  );

test('a client network is an IPv4 address or an IPv6 /64, in every notation', () => {
  const same = [
    ['10.0.0.1', '::ffff:10.0.0.1', '::FFFF:a00:1', '0:0:0:0:0:ffff:10.0.0.1'],
    [
      '2001:db8::1',
      '2001:db8:0:0:ffff:ffff:ffff:ffff',
      '2001:0db8::',
      '2001:DB8::10.0.0.1',
      '2001:db8::1%eth0',
    ],
    ['::1', '::2', '0:0:0:0:1::'],
  ];
  for (const group of same) assert.equal(new Set(group.map(networkOf)).size, 1, group.join());
  const others = ['10.0.0.2', '2001:db8:0:1::1', 'fe80::1', '::ffff:10.0.0.3', '64:ff9b::10.0.0.1'];
  assert.equal(new Set([...same.map(([one = '']) => one), ...others].map(networkOf)).size, 8);
  for (const text of ['', 'x', '10.0.0', '10.0.0.1:80', '::1::'])
    assert.equal(networkOf(text), undefined, text);
});

test('a proxy matches by address, by network, and as an IPv4-mapped address', () => {
  const isProxy = networkCheck(['127.0.0.0/8', '10.1.2.3', '2001:db8::/32']);
  for (const address of ['127.0.0.1', '::ffff:127.0.0.1', '::ffff:10.1.2.3', '2001:db8:1::1']) {
    assert.equal(isProxy(address), true, address);
  }
  for (const address of ['10.1.2.4', '::ffff:10.1.2.4', '2001:db9::1', 'x', undefined]) {
    assert.equal(isProxy(address), false, String(address));
  }
});

test('connections per address are limited, including streams; other addresses are served meanwhile', async (t) => {
  const service = await startTestService(t, { SOURCE: 'simulated', MAX_CONNECTIONS_PER_ADDRESS: '3' });
  const open = (from: string) => connectRaw(t, service.address, from);
  const stream = await open('127.0.0.2');
  stream.socket.write(requestFor('/live'));
  await stream.until((received) => received.includes('retry'));
  await open('127.0.0.2');
  await open('127.0.0.2');
  for (let turn = 0; turn < 2; turn += 1) {
    const refused = await open('127.0.0.2');
    assert.equal((await refused.closed).length, 0);
  }
  assert.equal(warningsOf(service, /^127\.0\.0\.2 has 3 connections.*MAX_CONNECTIONS_PER_ADDRESS/).length, 1);
  const other = await open('127.0.0.3');
  other.socket.write(requestFor('/health/live', 'Connection: close'));
  assert.match((await other.closed).toString(), /^HTTP\/1\.1 200 /);
  stream.socket.destroy();
  await eventually('its place is free', async () => {
    const again = await open('127.0.0.2');
    again.socket.write(requestFor('/health/live', 'Connection: close'));
    return (await again.closed).length > 0;
  });
});

test('at the limit, a new connection replaces an idle one, and never one in use', async (t) => {
  const service = await startTestService(t, { SOURCE: 'simulated', MAX_CONNECTIONS_PER_ADDRESS: '3' });
  await service.post();
  const open = () => connectRaw(t, service.address, '127.0.0.3');
  const stream = await open();
  stream.socket.write(requestFor('/live'));
  await stream.until((bytes) => bytes.includes('event: summary'));
  for (let visit = 0; visit < 6; visit += 1) {
    const visitor = await open();
    visitor.socket.write(requestFor('/health/live'));
    const answer = await visitor.until((bytes) => bytes.includes('}'));
    assert.match(answer.toString('latin1'), /^HTTP\/1\.1 200 /);
  }
  assert.equal(stream.socket.destroyed, false);
  assert.deepEqual(warningsOf(service, /has 3 connections/), []);
});

test('behind a trusted proxy, long responses count for the clients, not for the proxy', async (t) => {
  const env = { SOURCE: 'simulated', TRUST_PROXY: '127.0.0.0/8', MAX_CONNECTIONS_PER_ADDRESS: '2' };
  const service = await startTestService(t, env);
  await service.post();
  const from = (address: string) => ({ 'x-forwarded-for': address });
  const first = await readLive(t, service.address, from('10.0.0.1'));
  await readLive(t, service.address, from('10.0.0.1'));
  for (const path of ['/live', TEXT_FILE]) {
    const refused = await service.get(path, from('10.0.0.1'));
    assert.equal(refused.status, 429, path);
    assert.equal((await json(refused)).code, 'too_many_connections');
    for (const name of ['etag', 'cache-control']) assert.equal(refused.headers.get(name), null);
  }
  assert.equal(
    (await service.get('/is-bitcoin-lit', from('10.0.0.1'))).status,
    200,
    'what is short does not count',
  );
  for (const address of ['10.0.0.2', '10.0.0.3']) {
    for (let turn = 0; turn < 2; turn += 1) {
      const { response } = await readLive(t, service.address, from(address));
      assert.equal(response.statusCode, 200);
    }
  }
  first.response.destroy();
  await eventually('its place is free', async () => {
    const answer = await service.get(TEXT_FILE, from('10.0.0.1'));
    return (await answer.text()).includes('preact');
  });
});

for (const [name, value] of [
  ['x-forwarded-for', '203.0.113.7'],
  ['forwarded', 'for=203.0.113.7'],
] as const) {
  test(`a proxy that TRUST_PROXY does not list is logged once: ${name}`, async (t) => {
    const service = await startTestService(t, { SOURCE: 'simulated' });
    await service.get('/health/live');
    assert.deepEqual(warningsOf(service, /TRUST_PROXY/), []);
    for (let turn = 0; turn < 3; turn += 1) await service.get('/is-bitcoin-lit', { [name]: value });
    const [text = '', ...more] = warningsOf(service, /TRUST_PROXY/);
    assert.match(text.toLowerCase(), new RegExp(`127\\.0\\.0\\.1.*${name}`));
    assert.deepEqual(more, []);
    const trusting = await startTestService(t, { SOURCE: 'simulated', TRUST_PROXY: '127.0.0.1' });
    await trusting.get('/health/live', { [name]: value });
    assert.deepEqual(warningsOf(trusting, /TRUST_PROXY/), []);
  });
}
