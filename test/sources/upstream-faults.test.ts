import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { PassThrough, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createGzip } from 'node:zlib';
import { freePort } from '../../scripts/redis/start.ts';
import { SourceError, type SourceFault } from '../../src/domain/errors.ts';
import { createSenticryptSource } from '../../src/sources/senticrypt.ts';
import { json, startTestService } from '../support/processes/service.ts';
import { outbound } from '../support/upstreams/outbound.ts';
import { snapshot, startUpstream } from '../support/upstreams/upstream.ts';

const NOW = Date.UTC(2026, 0, 1, 12);
const GOOD = JSON.stringify([snapshot(NOW - 30_000, 30_000, 0.1)]);
const MIB = 2 ** 20;

const body =
  (text: string, status = 200, headers: Record<string, string> = {}): RequestListener =>
  (_request, response) =>
    response.writeHead(status, headers).end(text);

/** Sends blanks until it has sent that many bytes, or nobody listens any more. */
const flood =
  (bytes: number, compressed: boolean): RequestListener =>
  (_request, response) => {
    response.writeHead(200, compressed ? { 'content-encoding': 'gzip' } : {});
    const part = Buffer.alloc(MIB, ' ');
    const parts = Readable.from(Array.from({ length: bytes / MIB }, () => part));
    const through = compressed ? createGzip() : new PassThrough();
    // The reader is expected to go.
    pipeline(parts, through, response).catch(() => 'gone');
  };

const faults: readonly [
  what: string,
  status: 502 | 504,
  code: SourceFault,
  answer: RequestListener | string,
][] = [
  ['a reset', 502, 'unreachable', (request) => request.socket.destroy()],
  [
    'a body that breaks off',
    502,
    'unreachable',
    (request, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('[');
      setTimeout(() => request.socket.destroy(), 20);
    },
  ],
  ['3xx to another host', 502, 'redirected', body('', 302, { location: 'http://127.0.0.2:1/' })],
  ['3xx without a target', 502, 'redirected', body('', 301)],
  ['3xx without end', 502, 'redirected', body('', 307, { location: '/' })],
  ['403', 502, 'bad_status', body('forbidden', 403)],
  ['404', 502, 'bad_status', body('nothing', 404)],
  ['429', 502, 'bad_status', body('slow down', 429, { 'retry-after': '3600' })],
  ['500', 502, 'bad_status', body(GOOD, 500)],
  ['an empty body', 502, 'unexpected_body', ''],
  ['HTML', 502, 'unexpected_body', body('<!doctype html><p>Hello', 200, { 'content-type': 'text/html' })],
  ['truncated JSON', 502, 'unexpected_body', GOOD.slice(0, -5)],
  ['null', 502, 'unexpected_body', 'null'],
  ['an object', 502, 'unexpected_body', '{}'],
  ['a string', 502, 'unexpected_body', '"[]"'],
  ['a list without one good record', 502, 'all_rejected', '[null, [], {}, "x", {"timestamp": 1}]'],
  [
    'times in milliseconds',
    502,
    'unexpected_body',
    JSON.stringify([NOW, NOW - 30_000].map((timestamp) => ({ timestamp, btc_price: '1', mean: 0 }))),
  ],
  ['more than 32 MiB', 502, 'too_large', flood(40 * MIB, false)],
  ['a gzip bomb', 502, 'too_large', flood(400 * MIB, true)],
  ['brackets without end', 502, 'unexpected_body', `${'['.repeat(5 * MIB)}${']'.repeat(5 * MIB)}`],
  ['what is no gzip', 502, 'unreachable', body('no gzip', 200, { 'content-encoding': 'gzip' })],
  [
    'samples that call themselves simulated',
    502,
    'simulated',
    body(GOOD, 200, { 'data-source': 'simulated' }),
  ],
  ['records that call themselves simulated', 502, 'simulated', '[{"source": "simulated"}]'],
];

/** A service that has one good sample, from an upstream that can be made to misbehave. */
async function serviceOn(t: TestContext) {
  const upstream = await startUpstream(t, GOOD);
  const service = await startTestService(t, { SENTICRYPT_URL: upstream.url }, () => NOW);
  assert.equal((await service.post()).status, 200);
  return { upstream, service, before: await (await service.get()).text() };
}

test('faults of the upstream are reported, change nothing, and the last answer is still served', async (t) => {
  const { upstream, service, before } = await serviceOn(t);
  for (const [what, status, code, answer] of faults) {
    await t.test(what, async () => {
      upstream.answer(answer);
      const requests = upstream.requests();
      const response = await service.post();
      assert.equal(response.status, status);
      assert.equal(response.headers.get('content-type'), 'application/problem+json; charset=utf-8');
      assert.ok(response.headers.has('retry-after'));
      const problem = await json(response);
      assert.equal(problem.code, `source_${code}`);
      assert.match(problem.detail, /nothing was changed$/);
      assert.ok(
        what === '3xx without end' || upstream.requests() === requests + 1,
        'it is asked once, not again',
      );
      assert.equal(await (await service.get()).text(), before);

      const ready = await service.get('/health/ready');
      assert.equal(ready.status, 200);
      const { status: state, troubles } = await json(ready);
      assert.equal(state, 'degraded');
      assert.equal(troubles[0].part, 'refresh');
      assert.ok(problem.detail.startsWith(troubles[0].reason));
    });
  }
  upstream.answer(GOOD);
  assert.deepEqual(await json(service.post()), {
    received: 1,
    added: 0,
    duplicates: 1,
    rejected: 0,
    rejections: [],
    as_of: '2026-01-01T11:59:30Z',
  });
  assert.deepEqual(await json(service.get('/health/ready')), { status: 'ok', troubles: [] });
});

for (const [what, url] of [
  ['refused', async () => `http://127.0.0.1:${await freePort()}/`],
  // Too long for a name, so that no resolver is asked.
  ['unresolvable', async () => `http://${'x'.repeat(64)}.invalid/`],
] as const) {
  test(`an upstream that is ${what}: 502, and 503 for the answer while there is none`, async (t) => {
    const service = await startTestService(t, { SENTICRYPT_URL: await url() });
    const refreshed = await service.post();
    assert.equal(refreshed.status, 502);
    assert.equal((await json(refreshed)).code, 'source_unreachable');
    const answer = await service.get();
    assert.equal(answer.status, 503);
    assert.equal(answer.headers.get('retry-after'), '5');
    const problem = await json(answer);
    assert.equal(problem.code, 'nothing_known');
    assert.match(problem.detail, /the store holds no samples; the source cannot be reached/);
    const ready = await service.get('/health/ready');
    assert.equal(ready.status, 503);
    assert.match((await json(ready)).detail, /the store holds no samples; the source cannot be reached/);
  });
}

for (const [what, answer] of [
  ['silent', () => undefined],
  [
    'slow with its body',
    (_request, response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write(' '), 20);
      response.on('close', () => clearInterval(timer));
    },
  ],
] as const satisfies readonly [string, RequestListener][]) {
  test(`an upstream that is ${what} is abandoned at the overall deadline`, async (t) => {
    const upstream = await startUpstream(t, answer);
    const source = createSenticryptSource({
      url: upstream.url,
      outbound,
      limits: { deadlineMs: 200, bodyLimit: MIB },
    });
    const pull = source.pull({ now: NOW, newest: {}, signal: new AbortController().signal });
    await assert.rejects(pull, (error) => error instanceof SourceError && error.code === 'timeout');
  });
}

test('an upstream that takes too long is 504, and its connection is closed', async (t) => {
  const upstream = await startUpstream(t, () => undefined);
  const closed = once(upstream.server, 'connection').then(([socket]) => once(socket, 'close'));
  const service = await startTestService(t, { SENTICRYPT_URL: upstream.url });
  const response = await service.post();
  assert.equal(response.status, 504);
  assert.equal((await json(response)).code, 'source_timeout');
  await closed;
});

test('an aborted pull ends at once, with the reason', async (t) => {
  const upstream = await startUpstream(t, () => undefined);
  const source = createSenticryptSource({ url: upstream.url, outbound });
  const end = new AbortController();
  const pull = source.pull({ now: NOW, newest: {}, signal: end.signal });
  const reason = new Error('enough');
  setTimeout(() => end.abort(reason), 20);
  await assert.rejects(pull, reason);
});

test('a redirect on the same host is followed', async (t) => {
  const upstream = await startUpstream(t, (request, response) => {
    assert.match(request.headers['user-agent'] ?? '', /^is-bitcoin-lit\//);
    if (request.url === '/moved') response.end(GOOD);
    else response.writeHead(308, { location: '/moved' }).end();
  });
  const source = createSenticryptSource({ url: upstream.url, outbound });
  const { samples } = await source.pull({ now: NOW, newest: {}, signal: new AbortController().signal });
  assert.equal(samples.length, 1);
});

test('bad records are rejected and counted by reason; the good ones are stored', async (t) => {
  const good = [snapshot(NOW - 60_000, 10, 0.5), snapshot(NOW - 90_000, 20, null)];
  const records = [
    ...good.map((record) => JSON.stringify(record)),
    '{"__proto__": {"timestamp": 1767268800, "btc_price": "1"}, "constructor": 1}',
    `{"timestamp": 1767268800, "btc_price": ${'9'.repeat(1_000_000)}}`,
    '{"timestamp": 1e400, "btc_price": "1"}',
    '{"timestamp": 1767268800, "btc_price": "NaN"}',
    '{"timestamp": 1767268800000, "btc_price": "1"}',
    '{"timestamp": 1767268800000000, "btc_price": "1"}',
    '{"timestamp": 1767268800, "btc_price": "1", "mean": 7}',
    '{"timestamp": 1767268800, "btc_price": null}',
    '{"timestamp": 12, "btc_price": "1"}',
    'null',
  ];
  const upstream = await startUpstream(t, `[${records.join(',')}]`);
  const service = await startTestService(t, { SENTICRYPT_URL: upstream.url }, () => NOW);
  const { rejections, ...counts } = await json(service.post());
  assert.deepEqual(counts, {
    received: 12,
    added: 2,
    duplicates: 0,
    rejected: 10,
    as_of: '2026-01-01T11:59:00Z',
  });
  const byReason = Object.fromEntries(
    rejections.map(({ reason, count }: { reason: string; count: number }) => [reason, count]),
  );
  assert.deepEqual(byReason, {
    time_invalid: 2,
    price_invalid: 2,
    time_in_the_future: 2,
    sentiment_invalid: 1,
    no_value: 1,
    time_before_bitcoin: 1,
    not_an_object: 1,
  });
});

test('an empty list is valid: 200, and nothing received', async (t) => {
  const upstream = await startUpstream(t, '[]');
  const service = await startTestService(t, { SENTICRYPT_URL: upstream.url });
  const response = await service.post();
  assert.equal(response.status, 200);
  assert.deepEqual(await json(response), {
    received: 0,
    added: 0,
    duplicates: 0,
    rejected: 0,
    rejections: [],
    as_of: null,
  });
});

test('a large body does not block the event loop', async () => {
  const { admitAll } = await import('../../src/sources/admit-records.ts');
  let turns = 0;
  const counting = (async () => {
    for (; turns < 10; turns += 1) await sleep(0);
  })();
  const records = Array.from({ length: 100_000 }, () => null);
  await admitAll(records, { now: NOW, timeUnit: 1000, read: () => ({ time: 0, price: 0, sentiment: 0 }) });
  assert.ok(turns > 0);
  await counting;
});

test('a response that came before is not parsed again, unless the clock decides otherwise', async (t) => {
  const upstream = await startUpstream(t, GOOD);
  const source = createSenticryptSource({ url: upstream.url, outbound });
  const pull = (now: number) => source.pull({ now, newest: {}, signal: new AbortController().signal });
  const first = await pull(NOW);
  assert.equal(await pull(NOW + 30_000), first);

  const other = JSON.stringify([snapshot(NOW, 30_000, 0.2)]);
  upstream.answer(other);
  const second = await pull(NOW);
  assert.deepEqual(second.samples, [{ time: NOW, price: 30_000, sentiment: 0.2 }]);
  upstream.answer(GOOD);
  assert.deepEqual(await pull(NOW), first);

  // The clock is set back, and forward again.
  const early = NOW - 3_600_000;
  for (const [now, outcome] of [
    [early, [0, 1]],
    [early, [0, 1]],
    [NOW, [1, 0]],
    [early, [0, 1]],
  ] as const) {
    const { samples, rejections } = await pull(now);
    assert.deepEqual([samples.length, rejections.get('time_in_the_future') ?? 0], outcome);
  }
});
