import assert from 'node:assert/strict';
import { test } from 'node:test';
import { matchesEtag } from '../../src/http/caching/conditional.ts';
import { json, startTestService } from '../support/processes/service.ts';
import { snapshot, startUpstream } from '../support/upstreams/upstream.ts';

const HOUR = 3_600_000;
const START = Date.UTC(2026, 0, 1, 12);

const rising = [
  snapshot(START - 2 * HOUR, 10, 0.1),
  snapshot(START - HOUR, 20, 0.2),
  snapshot(START, '30', 0.3),
];

test('returns both directions, and whether Bitcoin is lit', async (t) => {
  const upstream = await startUpstream(t, JSON.stringify(rising));
  const service = await startTestService(t, { SENTICRYPT_URL: upstream.url }, () => START);
  await service.post();
  const response = await service.get();
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('content-type'), 'application/json; charset=utf-8');
  assert.equal(response.headers.get('cache-control'), 'public, max-age=5, stale-while-revalidate=25');
  assert.equal(response.headers.get('data-source'), 'senticrypt');
  assert.equal(response.headers.get('access-control-allow-origin'), '*');
  assert.equal(response.headers.get('x-content-type-options'), 'nosniff');
  assert.match(response.headers.get('content-security-policy') ?? '', /default-src 'none'/);
  const hour = (time: string, price: number, sentiment: number, complete: boolean) => ({
    time,
    price,
    sentiment,
    price_samples: 1,
    sentiment_samples: 1,
    complete,
  });
  assert.deepEqual(await json(response), {
    hourly_average_of_averages: [
      hour('2026-01-01T10:00:00Z', 10, 0.1, true),
      hour('2026-01-01T11:00:00Z', 20, 0.2, true),
      hour('2026-01-01T12:00:00Z', 30, 0.3, false),
    ],
    sentiment_direction: 'rising',
    price_direction: 'rising',
    is_lit: true,
    as_of: '2026-01-01T12:00:00Z',
    stale: false,
    source: 'senticrypt',
  });
});

test('becomes stale with time, with another ETag, and fresh again with new data', async (t) => {
  let now = START;
  const upstream = await startUpstream(t, JSON.stringify(rising));
  const env = { SENTICRYPT_URL: upstream.url, STALE_AFTER: '5m', CACHE_TTL: '24h' };
  const service = await startTestService(t, env, () => now);
  await service.post();
  now = START + 300_000;
  const fresh = await service.get();
  assert.equal((await json(fresh)).stale, false, 'at STALE_AFTER it is not older than that');
  now += 1;
  const stale = await service.get();
  assert.equal((await json(stale)).stale, true);
  assert.notEqual(stale.headers.get('etag'), fresh.headers.get('etag'));
  upstream.answer(JSON.stringify([snapshot(now, 31, 0.4)]));
  await service.post();
  assert.equal((await json(service.get())).stale, false);
});

test('returns 304 if unchanged', async (t) => {
  const upstream = await startUpstream(t, JSON.stringify(rising));
  const service = await startTestService(t, { SENTICRYPT_URL: upstream.url }, () => START);
  await service.post();
  const etag = (await service.get()).headers.get('etag') ?? '';
  assert.match(etag, /^"[\w-]+"$/);
  for (const known of [etag, `W/${etag}`, `"other", ${etag}`, `W/"a,b",${etag} `, '*']) {
    const response = await service.get('/is-bitcoin-lit', { 'if-none-match': known });
    assert.equal(response.status, 304, known);
    assert.equal(await response.text(), '');
    assert.equal(response.headers.get('etag'), etag);
    assert.ok(response.headers.has('cache-control'));
    assert.equal(response.headers.get('content-length'), null);
  }
  for (const other of ['"other"', etag.slice(1, -1), `"x${etag.slice(1)}`, '', '"']) {
    assert.equal((await service.get('/is-bitcoin-lit', { 'if-none-match': other })).status, 200, other);
  }
});

test('answers HEAD without a body', async (t) => {
  const upstream = await startUpstream(t, JSON.stringify(rising));
  const service = await startTestService(t, { SENTICRYPT_URL: upstream.url }, () => START);
  await service.post();
  const length = (await service.get()).headers.get('content-length');
  const response = await fetch(new URL('/is-bitcoin-lit', service.address), { method: 'HEAD' });
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('content-length'), length);
  assert.equal(await response.text(), '');
});

test('ignores unknown query parameters', async (t) => {
  const upstream = await startUpstream(t, JSON.stringify(rising));
  const service = await startTestService(t, { SENTICRYPT_URL: upstream.url }, () => START);
  await service.post();
  assert.equal((await service.get('/is-bitcoin-lit?utm_source=x&%zz')).status, 200);
});

test('finds an entity tag in any list', () => {
  assert.equal(matchesEtag('W/"b" , "a"', '"a"'), true);
  assert.equal(matchesEtag(' * ', '"a"'), true);
  assert.equal(matchesEtag('"aa"', '"a"'), false);
  assert.equal(matchesEtag(undefined, '"a"'), false);
});
