import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { test } from 'node:test';
import { freePort } from '../../scripts/redis/start.ts';
import { startTestService } from '../support/processes/service.ts';
import { snapshot, startUpstream } from '../support/upstreams/upstream.ts';

const valuesOf = (text: string) => (name: string) =>
  Number(
    text
      .split('\n')
      .find((line) => line.startsWith(`is_bitcoin_lit_${name} `))
      ?.split(' ')
      .at(-1),
  );

const NOW = Date.UTC(2026, 0, 1, 12);

test('/metrics counts all responses, including the cached answer', async (t) => {
  let now = NOW;
  const records = [snapshot(NOW - 30_000), snapshot(NOW - 60_000, 5, null), snapshot(NOW, -1), null];
  const upstream = await startUpstream(t, JSON.stringify(records));
  const service = await startTestService(t, { SENTICRYPT_URL: upstream.url, CACHE_TTL: '24h' }, () => now);
  await service.get();
  await service.post();
  await service.post();
  const etag = (await service.get()).headers.get('etag') ?? '';
  await service.get('/is-bitcoin-lit', { 'if-none-match': etag });
  await service.get('/nothing');
  now += 600_000;
  await service.get();
  upstream.answer('no JSON');
  await service.post();
  upstream.answer(JSON.stringify([snapshot(NOW, -1)]));
  assert.equal((await service.post()).status, 502, 'a source without one good record failed');

  const response = await service.get('/metrics');
  assert.match(response.headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/);
  const text = await response.text();
  const value = valuesOf(text);
  assert.deepEqual(
    {
      full: value('requests_total{route="/is-bitcoin-lit",status="200"}'),
      unknown: value('requests_total{route="/is-bitcoin-lit",status="503"}'),
      unchanged: value('requests_total{route="/is-bitcoin-lit",status="304"}'),
      refreshes: value('requests_total{route="/refresh",status="200"}'),
      refused: value('requests_total{route="/refresh",status="502"}'),
      missing: value('requests_total{route="none",status="404"}'),
      stale: value('answers_total{state="stale"}'),
      fresh: value('answers_total{state="fresh"}'),
      ok: value('refreshes_total{outcome="ok"}'),
      failed: value('refreshes_total{outcome="failed"}'),
      added: value('samples_total{outcome="added"}'),
      duplicate: value('samples_total{outcome="duplicate"}'),
      badPrice: value('rejected_total{reason="price_invalid"}'),
      noObject: value('rejected_total{reason="not_an_object"}'),
      priceAge: value('newest_age_seconds{value="price"}'),
    },
    {
      full: 2,
      unknown: 1,
      unchanged: 1,
      refreshes: 2,
      refused: 2,
      missing: 1,
      stale: 1,
      fresh: 2,
      ok: 2,
      failed: 2,
      added: 2,
      duplicate: 2,
      badPrice: 3,
      noObject: 2,
      priceAge: 630,
    },
  );
  assert.match(text, /^nodejs_eventloop_lag_seconds /m);
});

test('/metrics distinguishes failed reads from failed refreshes, and starts at 0', async (t) => {
  const service = await startTestService(
    t,
    { REDIS_URL: `redis://127.0.0.1:${await freePort()}` },
    () => NOW,
  );
  const counts = async () => {
    const value = valuesOf(await (await service.get('/metrics')).text());
    return ['read', 'refresh', 'cache'].map((operation) =>
      value(`store_errors_total{operation="${operation}"}`),
    );
  };
  assert.deepEqual(await counts(), [0, 0, 0]);
  assert.equal((await service.post()).status, 503);
  assert.deepEqual(await counts(), [0, 1, 0]);
  assert.equal((await service.get()).status, 503);
  // The cached answer is read before the series.
  assert.deepEqual(await counts(), [1, 1, 1]);
});

test('METRICS_PORT moves /metrics to its own port, which closes with the service', async (t) => {
  const service = await startTestService(t, { METRICS_PORT: '0' }, () => NOW);
  const door = service.metricsAddress ?? '';
  assert.notEqual(new URL(door).port, new URL(service.address).port);
  assert.equal((await service.get('/metrics')).status, 404);
  await service.get();
  const scrape = await fetch(`${door}/metrics`, { headers: { 'accept-encoding': 'gzip' } });
  assert.equal(scrape.status, 200);
  assert.equal(scrape.headers.get('content-encoding'), 'gzip');
  assert.equal(valuesOf(await scrape.text())('requests_total{route="/is-bitcoin-lit",status="503"}'), 1);
  for (const path of ['/', '/is-bitcoin-lit', '/health/live', '/refresh']) {
    const elsewhere = await fetch(door + path);
    assert.equal(elsewhere.status, 404, path);
    assert.match(elsewhere.headers.get('content-type') ?? '', /^application\/problem\+json/);
  }
  assert.equal((await fetch(`${door}/metrics`, { method: 'POST' })).status, 405);
  await service.stop();
  await assert.rejects(fetch(`${door}/metrics`));
});

test('the metrics server rejects connections at its limit, and closes silent ones', async (t) => {
  const service = await startTestService(t, { METRICS_PORT: '0' }, () => NOW);
  const port = Number(new URL(service.metricsAddress ?? '').port);
  const sockets = Array.from({ length: 130 }, () => connect(port, '127.0.0.1').resume());
  const closed = sockets.map(
    (socket) => new Promise((resolve) => socket.on('close', resolve).on('error', resolve)),
  );
  t.after(() => sockets.forEach((socket) => void socket.destroy()));
  await Promise.all(closed);
  assert.equal((await fetch(`${service.metricsAddress}/metrics`)).status, 200);
});
