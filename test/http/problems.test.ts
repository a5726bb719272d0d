import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { serve } from '../support/processes/process.ts';
import { json, startTestService, type TestService } from '../support/processes/service.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { startUpstream } from '../support/upstreams/upstream.ts';
import { TEXT_FILE } from '../support/web/built.ts';

async function started(t: TestContext, env: Record<string, string> = {}): Promise<TestService> {
  const upstream = await startUpstream(t, '[]');
  return startTestService(t, { SENTICRYPT_URL: upstream.url, ...env });
}

async function assertProblem(response: Response, status: number, code: string): Promise<void> {
  assert.equal(response.status, status);
  assert.equal(response.headers.get('content-type'), 'application/problem+json; charset=utf-8');
  assert.equal(response.headers.get('data-source'), 'senticrypt');
  const body = await json(response);
  assert.equal(body.status, status);
  assert.equal(body.code, code);
  assert.equal(body.type, 'about:blank');
  assert.ok(body.title && body.detail);
}

const send = (service: TestService, path: string, init: RequestInit) =>
  fetch(new URL(path, service.address), init);

test('404 for an unknown path, whatever the body', async (t) => {
  const service = await started(t);
  await assertProblem(await service.get('/nothing'), 404, 'not_found');
  const body = new URLSearchParams('a=b');
  await assertProblem(await send(service, '/nothing', { method: 'POST', body }), 404, 'not_found');
});

test('404 for an unknown file of the documentation, and 405 for another spelling of a path', async (t) => {
  const service = await started(t);
  await assertProblem(await service.get('/docs/static/nothing.js'), 404, 'not_found');
  await assertProblem(
    await send(service, '/is%2Dbitcoin-lit', { method: 'DELETE' }),
    405,
    'method_not_allowed',
  );
});

test('405 lists the allowed methods', async (t) => {
  const service = await started(t);
  const methods = [
    ['DELETE', '/is-bitcoin-lit', 'GET, HEAD, OPTIONS'],
    ['PATCH', '/health/live', 'GET, HEAD, OPTIONS'],
    ['GET', '/refresh?x', 'OPTIONS, POST'],
    ['PUT', '/openapi.json', 'GET, HEAD, OPTIONS'],
    ['POST', '/docs/', 'GET, HEAD, OPTIONS'],
    ['DELETE', TEXT_FILE, 'GET, HEAD, OPTIONS'],
  ] as const;
  for (const [method, path, allow] of methods) {
    const body = method === 'PUT' || method === 'PATCH' ? '<xml/>' : null;
    const headers = body ? { 'content-type': 'text/xml' } : {};
    const response = await send(service, path, { method, body, headers });
    assert.equal(response.headers.get('allow'), allow);
    await assertProblem(response, 405, 'method_not_allowed');
  }
});

test('OPTIONS lists the methods, and allows pages to send GET with any headers', async (t) => {
  const service = await started(t);
  const answer = await send(service, '/is-bitcoin-lit', { method: 'OPTIONS' });
  assert.equal(answer.status, 204);
  assert.equal(answer.headers.get('allow'), 'GET, HEAD, OPTIONS');
  assert.equal(answer.headers.get('access-control-allow-origin'), '*');
  assert.equal(answer.headers.get('access-control-allow-methods'), 'GET, HEAD');
  const refresh = await send(service, '/refresh', { method: 'OPTIONS' });
  assert.equal(refresh.status, 204);
  assert.equal(refresh.headers.get('access-control-allow-origin'), null);
});

test('400, 413 and 415 for invalid bodies', async (t) => {
  const service = await started(t);
  const post = (body: string, type: string) =>
    send(service, '/refresh', { method: 'POST', body, headers: { 'content-type': type } });
  await assertProblem(await post('{"a":', 'application/json'), 400, 'bad_request');
  await assertProblem(await post(`"${'x'.repeat(20_000)}"`, 'application/json'), 413, 'body_too_large');
  await assertProblem(await post('a=b', 'application/x-www-form-urlencoded'), 415, 'unsupported_media_type');
  await assertProblem(await post('text', 'text/plain'), 415, 'unsupported_media_type');
  assert.equal((await post('{}', 'application/json')).status, 200);
  assert.equal((await post('', 'application/json')).status, 200);
  assert.equal((await service.post()).status, 200);
});

test('400 for a path that cannot be decoded', async (t) => {
  const service = await started(t);
  await assertProblem(await service.get('/%zz'), 400, 'bad_request');
});

for (const [what, status, request] of [
  ['no host', 400, 'GET /is-bitcoin-lit HTTP/1.1\r\nConnection: close\r\n\r\n'],
  ['an expectation', 417, 'GET /is-bitcoin-lit HTTP/1.1\r\nHost: x\r\nExpect: 200-ok\r\n\r\n'],
  ['what is no HTTP', 400, 'hello\r\n\r\n'],
  ['headers beyond all measure', 431, `GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(40_000)}\r\n\r\n`],
  ['a broken length', 400, 'POST /refresh HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n'],
] as const) {
  test(`returns problem details for ${what}`, async (t) => {
    const service = await started(t);
    const { hostname, port } = new URL(service.address);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    socket.write(request);
    const answer = await text(socket);
    assert.match(answer, new RegExp(`^HTTP/1.1 ${status} `));
    assert.match(answer, /application\/problem\+json/);
    assert.match(answer, /data-source: senticrypt/i);
  });
}

test('a refresh requires the token before it contacts the upstream', async (t) => {
  const upstream = await startUpstream(t, '[]');
  const env = { SENTICRYPT_URL: upstream.url, REFRESH_TOKEN: 'a-long-enough.token_1=', RATE_LIMIT: '1' };
  const service = await startTestService(t, env);
  for (const authorization of [
    '',
    'Bearer',
    'Bearer wrong',
    'Basic a-long-enough.token_1=',
    'a-long-enough.token_1=',
  ]) {
    const response = await service.post('/refresh', { authorization });
    assert.match(response.headers.get('www-authenticate') ?? '', /^Bearer/);
    await assertProblem(response, 401, 'unauthorised');
  }
  assert.equal(upstream.requests(), 0);
  assert.equal(
    (await service.post('/refresh', { authorization: 'bearer  a-long-enough.token_1=' })).status,
    200,
  );
  assert.equal(upstream.requests(), 1);
});

test('started refreshes are counted per address; joining one is free', async (t) => {
  let release = (): void => undefined;
  const upstream = await startUpstream(t, (_request, response) => {
    release = () => void response.end('[]');
  });
  const service = await startTestService(t, { SENTICRYPT_URL: upstream.url, RATE_LIMIT: '2' });
  const all = Array.from({ length: 100 }, () => service.post());
  while (upstream.requests() === 0) await new Promise(setImmediate);
  await new Promise((resolve) => setTimeout(resolve, 1000));
  release();
  const answers = await Promise.all(all);
  assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]));
  assert.equal(upstream.requests(), 1);
  assert.equal(new Set(await Promise.all(answers.map((answer) => answer.text()))).size, 1);

  upstream.answer('[]');
  assert.equal((await service.post()).status, 200);
  const refused = await service.post();
  assert.match(refused.headers.get('retry-after') ?? '', /^([1-5]?\d|60)$/);
  await assertProblem(refused, 429, 'too_many_refreshes');
  assert.equal(upstream.requests(), 2);
});

test('addresses are distinguished behind a trusted proxy only', async (t) => {
  const from = (service: TestService, address: string) =>
    service.post('/refresh', { 'x-forwarded-for': address });
  const trusting = await started(t, { RATE_LIMIT: '1', TRUST_PROXY: '127.0.0.0/8' });
  assert.equal((await from(trusting, '10.0.0.1')).status, 200);
  assert.equal((await from(trusting, '10.0.0.2')).status, 200);
  assert.equal((await from(trusting, '10.0.0.1')).status, 429);
  const other = await started(t, { RATE_LIMIT: '1' });
  assert.equal((await from(other, '10.0.0.1')).status, 200);
  assert.equal((await from(other, '10.0.0.2')).status, 429);
});

test('an error has an id, which is also in the log', async (t) => {
  const upstream = await startUpstream(t, 'no JSON');
  const service = await serve(t, { SENTICRYPT_URL: upstream.url, DATA_DIR: temporaryFolder(t) });
  const response = await fetch(`${service.address}/refresh`, { method: 'POST' });
  const { instance } = await json(response);
  const id = response.headers.get('x-request-id') ?? 'none';
  assert.equal(instance, `urn:uuid:${id}`);
  const [line] = await service.until(new RegExp(`.*"request_id":"${id}".*`));
  assert.equal(JSON.parse(line).status, 502);
  const other = await fetch(`${service.address}/nothing`);
  assert.match((await json(other)).instance, /^urn:uuid:[0-9a-f-]{36}$/);
});
