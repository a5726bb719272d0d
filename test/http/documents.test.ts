import assert from 'node:assert/strict';
import { test } from 'node:test';
import Schema from 'typebox/schema';
import { json, startTestService } from '../support/processes/service.ts';
import { snapshot, startUpstream } from '../support/upstreams/upstream.ts';

test('the OpenAPI document describes every route, and the responses match it', async (t) => {
  const upstream = await startUpstream(t, JSON.stringify([snapshot(Date.now() - 1000)]));
  const service = await startTestService(t, { SENTICRYPT_URL: upstream.url });
  const response = await service.get('/openapi.json');
  assert.equal(response.headers.get('content-type'), 'application/json; charset=utf-8');
  const document = await json(response);
  assert.equal(document.openapi, '3.1.0');
  assert.deepEqual(Object.keys(document.paths).toSorted(), [
    '/health/live',
    '/health/ready',
    '/history',
    '/is-bitcoin-lit',
    '/live',
    '/refresh',
    '/sources',
    '/track-record',
    '/v1/bitcoin.json',
    '/verdicts',
  ]);
  const answers = {
    '/refresh': await service.post(),
    '/is-bitcoin-lit': await service.get(),
    '/health/live': await service.get('/health/live'),
    '/health/ready': await service.get('/health/ready'),
    '/history': await service.get('/history'),
    '/sources': await service.get('/sources'),
    '/track-record': await service.get('/track-record'),
    '/verdicts': await service.get('/verdicts'),
    '/v1/bitcoin.json': await service.get('/v1/bitcoin.json'),
  };
  for (const [path, answer] of Object.entries(answers)) {
    const [operation] = Object.values<{
      responses: Record<string, { content: Record<string, { schema: object }> }>;
    }>(document.paths[path]);
    const schema = operation?.responses['200']?.content['application/json']?.schema;
    assert.ok(schema && Schema.Check(schema, await json(answer)), path);
  }
});

test('long documents are compressed, short ones are not', async (t) => {
  const service = await startTestService(t, {});
  const document = await service.get('/openapi.json', { 'accept-encoding': 'gzip' });
  assert.equal(document.headers.get('content-encoding'), 'gzip');
  assert.match(document.headers.get('vary') ?? '', /accept-encoding/i);
  const short = await service.get('/health/live', { 'accept-encoding': 'gzip' });
  assert.equal(short.headers.get('content-encoding'), null);
});

test('the page has links and the disclaimer, even without scripts', async (t) => {
  const service = await startTestService(t, { SOURCE: 'simulated' });
  const page = await (await service.get('/')).text();
  assert.match(page, /href="\/docs"/);
  assert.match(page, /href="\/is-bitcoin-lit"/);
  assert.match(page, /not financial advice/);
});
