import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import { parquetReadObjects } from 'hyparquet';
import type { Sample } from '../../../src/domain/sample.ts';
import { json } from '../../support/processes/service.ts';
import { type KeptService, startKept } from '../../support/stores/kept.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const NOW = Date.UTC(2026, 0, 7, 12, 34, 56);

const start = (t: TestContext, store: 'SQLite' | 'Redis' = 'SQLite') => startKept(t, store, () => NOW);

/** Three samples in two hours, and one a week before. */
const SAMPLES: readonly Sample[] = [
  { time: NOW - 7 * DAY, price: 10 },
  { time: Date.UTC(2026, 0, 7, 10, 10), price: 20, sentiment: 0.5 },
  { time: Date.UTC(2026, 0, 7, 10, 50), price: 30.5 },
  { time: Date.UTC(2026, 0, 7, 12, 0), sentiment: -0.25 },
];

async function ask(service: KeptService, query: string, headers: Record<string, string> = {}) {
  return service.get(`/history${query}`, headers);
}

const bucket = (time: string, values: object) => ({
  time,
  price: null,
  price_min: null,
  price_max: null,
  sentiment: null,
  price_samples: 0,
  sentiment_samples: 0,
  ...values,
});

test('returns averages, extremes and counts, without empty buckets', async (t) => {
  const service = await start(t);
  await service.keep(SAMPLES);
  const response = await ask(service, '?from=2026-01-07T10:30:00Z&bucket=1h');
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('content-type'), 'application/json; charset=utf-8');
  assert.equal(response.headers.get('data-source'), 'senticrypt');
  assert.equal(response.headers.get('access-control-allow-origin'), '*');
  assert.deepEqual(await json(response), {
    from: '2026-01-07T10:00:00Z',
    to: '2026-01-07T13:00:00Z',
    bucket: '1h',
    buckets: [
      bucket('2026-01-07T10:00:00Z', {
        price: 25.25,
        price_min: 20,
        price_max: 30.5,
        sentiment: 0.5,
        price_samples: 2,
        sentiment_samples: 1,
      }),
      bucket('2026-01-07T12:00:00Z', { sentiment: -0.25, sentiment_samples: 1 }),
    ],
  });
});

test('defaults to the last 24 hours in buckets of five minutes', async (t) => {
  const service = await start(t);
  await service.keep(SAMPLES);
  const { buckets, ...range } = await json(ask(service, ''));
  assert.deepEqual(range, { from: '2026-01-06T12:30:00Z', to: '2026-01-07T12:35:00Z', bucket: '5m' });
  assert.equal(buckets.length, 3);
});

test('widens the range to whole buckets, with weeks from Monday, for times in any offset', async (t) => {
  const service = await start(t);
  await service.keep(SAMPLES);
  const week = await json(ask(service, '?from=-1h&bucket=1w'));
  assert.deepEqual([week.from, week.to], ['2026-01-05T00:00:00Z', '2026-01-12T00:00:00Z']);
  const all = await json(ask(service, '?from=oldest&bucket=1d'));
  assert.deepEqual([all.from, all.to], ['2025-12-31T00:00:00Z', '2026-01-08T00:00:00Z']);
  assert.deepEqual(
    all.buckets.map(({ time }: { time: string }) => time),
    ['2025-12-31T00:00:00Z', '2026-01-07T00:00:00Z'],
  );
  for (const plus of ['%2B', '+']) {
    const zone = await json(
      ask(service, `?from=2026-01-07T12:00:00${plus}01:00&to=2026-01-07t13:30:00${plus}01:00&bucket=1h`),
    );
    assert.deepEqual([zone.from, zone.to], ['2026-01-07T11:00:00Z', '2026-01-07T13:00:00Z']);
  }
});

test('in an empty store every range is empty, including from oldest', async (t) => {
  const service = await start(t);
  const none = await ask(service, '?from=oldest&bucket=1h');
  assert.equal(none.status, 200);
  assert.deepEqual(await json(none), {
    from: '2026-01-07T12:00:00Z',
    to: '2026-01-07T13:00:00Z',
    bucket: '1h',
    buckets: [],
  });
  for (const query of ['', '?from=-10y', '?from=1999-01-01T00:00:00Z&to=2005-01-01T00:00:00Z']) {
    const response = await ask(service, query);
    assert.equal(response.status, 200, query);
    assert.deepEqual((await json(response)).buckets, []);
  }
});

for (const store of ['SQLite', 'Redis'] as const) {
  test(`${store}: a range may start before Bitcoin, and end after all samples`, async (t) => {
    const service = await start(t, store);
    await service.keep(SAMPLES);
    const query = '?from=1950-01-01T00:00:00Z&to=2030-01-01T00:00:00Z&bucket=1w';
    const { from, to, buckets } = await json(ask(service, query));
    assert.deepEqual([from, to], ['1949-12-26T00:00:00Z', '2030-01-07T00:00:00Z']);
    assert.equal(buckets.length, 2);
    const ended = await json(ask(service, '?from=oldest&to=2011-01-01T00:00:00Z&bucket=1d'));
    assert.deepEqual(
      [ended.from, ended.to, ended.buckets],
      ['2010-12-31T00:00:00Z', '2011-01-01T00:00:00Z', []],
    );
    const before = await json(ask(service, '?from=-10d&to=oldest&bucket=1d'));
    assert.equal(before.to, '2026-01-01T00:00:00Z');
  });
}

test('returns CSV, with unknown values empty', async (t) => {
  const service = await start(t);
  await service.keep(SAMPLES);
  const expected =
    'time,price,price_min,price_max,sentiment,price_samples,sentiment_samples\r\n' +
    '2026-01-07T10:00:00Z,25.25,20,30.5,0.5,2,1\r\n' +
    '2026-01-07T12:00:00Z,,,,-0.25,0,1\r\n';
  for (const [query, accept] of [
    ['&format=csv', undefined],
    ['&format=csv', 'application/json'],
    ['', 'text/csv'],
    ['', 'application/json;q=0.1, text/csv'],
  ] as const) {
    const response = await ask(service, `?from=-3h&bucket=1h${query}`, accept ? { accept } : {});
    assert.equal(response.headers.get('content-type'), 'text/csv; charset=utf-8');
    assert.match(response.headers.get('vary') ?? '', /\bAccept\b(?!-)/);
    assert.match(response.headers.get('content-disposition') ?? '', /^attachment; filename="[\w.-]+\.csv"$/);
    assert.equal(await response.text(), expected);
  }
  for (const [query, accept] of [
    ['&format=json', 'text/csv'],
    ['', '*/*'],
    ['', 'image/png'],
  ] as const) {
    const response = await ask(service, `?from=-3h&bucket=1h${query}`, { accept });
    assert.equal(response.headers.get('content-type'), 'application/json; charset=utf-8');
    assert.equal(response.headers.get('content-disposition'), null);
    assert.match(response.headers.get('vary') ?? '', /\bAccept\b(?!-)/);
  }
});

for (const [query, detail] of [
  ['?from=yesterday', /^from is not a time/],
  ['?to=2025-02-29T00:00:00Z', /^to is not an existing date/],
  ['?from=2016-12-31T23:59:60Z', /leap second/],
  ['?from=', /^from must have 1 to 64 characters/],
  [`?from=${'9'.repeat(65)}`, /^from must have/],
  ['?from=-1h&from=-2h', /^from must be given only once/],
  ['?bucket=1h&bucket=1h', /^bucket must be one of|^bucket must be given only once/],
  ['?bucket=2h', /^bucket must be one of 30s, .*, 1w, auto$/],
  ['?format=xml', /^format must be one of json, csv, ndjson, parquet$/],
  ['?from=now', /^from must be before to/],
  ['?from=-1h&to=-2h', /^from must be before to/],
] as const) {
  test(`400 for ${query.slice(0, 40)}`, async (t) => {
    const service = await start(t);
    const response = await ask(service, query);
    assert.equal(response.status, 400);
    assert.equal(response.headers.get('content-type'), 'application/problem+json; charset=utf-8');
    const problem = await json(response);
    assert.equal(problem.code, 'bad_request');
    assert.match(problem.detail, detail);
  });
}

test('unknown parameters are ignored, even twice', async (t) => {
  const service = await start(t);
  assert.equal((await ask(service, '?utm_source=x&utm_source=y&%zz&__proto__=1&constructor=2')).status, 200);
});

test('a range of more than 5,000 buckets is read page by page, without gaps or repeats', async (t) => {
  const service = await start(t);
  const to = Date.UTC(2025, 0);
  const samples = Array.from({ length: 12_001 }, (_, index) => ({
    time: to - (index + 1) * 15 * MINUTE,
    price: index + 1,
  }));
  await service.keep(samples);
  for (const format of ['json', 'csv', 'ndjson'] as const) {
    const times: string[] = [];
    const sizes: number[] = [];
    let next: string | undefined = `/history?from=1950-01-01&to=2025-01-01&bucket=15m&format=${format}`;
    while (next !== undefined) {
      const response = await service.get(next);
      assert.equal(response.status, 200);
      assert.match(response.headers.get('access-control-expose-headers') ?? '', /\bLink\b/);
      const body = await response.text();
      const found = [...body.matchAll(/2\d{3}-[\d-]+T[\d:]+Z(?=",?"?price|,\d)/g)].map(([time]) => time);
      sizes.push(found.length);
      times.push(...found);
      const [, query] = /^<(\?[^>]+)>; rel="next"$/.exec(response.headers.get('link') ?? '') ?? [];
      next = query && `/history${query}`;
    }
    assert.deepEqual(sizes, [5000, 5000, 2001], format);
    const right = samples.map(({ time }) => new Date(time).toISOString().replace('.000Z', 'Z')).toReversed();
    assert.deepEqual(times, right, format);
  }
  const whole = await service.get('/history?from=2024-12-01&to=2025-01-01&bucket=15m');
  assert.equal(whole.headers.get('link'), null);
});

test('pages of a range without end neither begin before the oldest sample nor end after now', async (t) => {
  const service = await start(t);
  await service.keep([{ time: NOW - HOUR, price: 1 }]);
  const response = await service.get('/history?from=0001-01-01T00:00:00Z&to=9000-01-01T00:00:00Z&bucket=30s');
  assert.equal(response.headers.get('link'), null);
  const { from, to, buckets } = await json(response);
  assert.deepEqual([from, to, buckets.length], ['2026-01-07T11:34:30Z', '2026-01-07T12:36:00Z', 1]);
});

test('returns NDJSON and Parquet', async (t) => {
  const service = await start(t);
  await service.keep(SAMPLES);
  const query = '?from=-3h&bucket=1h';
  const { buckets } = await json(ask(service, query));
  for (const [suffix, accept] of [
    ['&format=ndjson', undefined],
    ['', 'application/x-ndjson'],
  ] as const) {
    const response = await ask(service, `${query}${suffix}`, accept ? { accept } : {});
    assert.equal(response.headers.get('content-type'), 'application/x-ndjson; charset=utf-8');
    const lines = (await response.text()).trimEnd().split('\n');
    assert.deepEqual(
      lines.map((line) => JSON.parse(line)),
      buckets,
    );
  }
  for (const [suffix, accept] of [
    ['&format=parquet', undefined],
    ['', 'application/vnd.apache.parquet'],
  ] as const) {
    const response = await ask(service, `${query}${suffix}`, accept ? { accept } : {});
    assert.equal(response.headers.get('content-type'), 'application/vnd.apache.parquet');
    assert.match(response.headers.get('content-disposition') ?? '', /filename="is-bitcoin-lit-1h.parquet"/);
    assert.match(response.headers.get('etag') ?? '', /^W\/"/);
    const file = await response.arrayBuffer();
    const rows = await parquetReadObjects({
      file,
      compressors: { ZSTD: (page) => zstdDecompressSync(page) },
    });
    const times = rows.map(({ ['time']: time, ...rest }) => ({
      time: time.toISOString().replace('.000Z', 'Z'),
      ...rest,
    }));
    assert.deepEqual(times, buckets);
  }
});

test('returns 304 if unchanged, in every encoding', async (t) => {
  const service = await start(t);
  await service.keep(SAMPLES);
  const query = '?from=-1w&bucket=1h';
  const first = await ask(service, query);
  const etag = first.headers.get('etag') ?? '';
  assert.match(etag, /^W\/"[\w-]{22}"$/);
  for (const known of [etag, etag.slice(2), `"other", ${etag}`, '*']) {
    for (const encoding of ['identity', 'gzip', 'br']) {
      const response = await ask(service, query, { 'if-none-match': known, 'accept-encoding': encoding });
      assert.equal(response.status, 304, known);
      assert.equal(await response.text(), '');
      assert.equal(response.headers.get('etag'), etag);
      assert.equal(response.headers.get('vary'), 'Accept, Accept-Encoding');
      assert.ok(response.headers.has('cache-control'));
      assert.equal(response.headers.get('content-length'), null);
    }
  }
  const asCsv = await ask(service, `${query}&format=csv`, { 'if-none-match': etag });
  assert.equal(asCsv.status, 200);
  assert.notEqual(asCsv.headers.get('etag'), etag);
  await service.keep([{ time: NOW - HOUR, price: 1 }]);
  assert.equal((await ask(service, query, { 'if-none-match': etag })).status, 200);
});

test('a closed range may be cached for an hour, a moving one for seconds', async (t) => {
  const service = await start(t);
  const caching = async (query: string) => (await ask(service, query)).headers.get('cache-control');
  const closed = 'public, max-age=3600, must-revalidate';
  const moving = 'public, max-age=5, stale-while-revalidate=25';
  const march = '?from=2025-03-01T00:00:00Z&to=2025-04-01T00:00:00Z';
  assert.equal(await caching(march), closed);
  assert.equal(await caching(`${march}&format=csv`), closed);
  assert.equal(await caching(''), moving);
  // It ends yesterday, but tomorrow that is another day.
  assert.equal(await caching('?from=-10d&to=-5d'), moving);
  assert.equal(await caching('?from=2025-03-01T00:00:00Z&to=-5d'), moving);
  // Backfill adds samples up to a day late.
  assert.equal(await caching('?from=2026-01-01T00:00:00Z&to=2026-01-07T12:00:00Z'), moving);
  assert.equal(await caching('?from=2026-01-01T00:00:00Z&to=2026-01-06T12:00:00Z&bucket=1h'), closed);
  // The requested range is over, the widened one is not.
  assert.equal(await caching('?from=2026-01-01T00:00:00Z&to=2026-01-06T12:00:00Z&bucket=1w'), moving);
});

test('compresses large responses', async (t) => {
  const service = await start(t);
  await service.keep(
    Array.from({ length: 500 }, (_, index) => ({ time: NOW - index * MINUTE, price: index + 1 })),
  );
  const plain = await ask(service, '?bucket=1m', { 'accept-encoding': 'identity' });
  assert.equal(plain.headers.get('content-encoding'), null);
  const text = await plain.text();
  assert.equal(plain.headers.get('content-length'), String(text.length));
  for (const [encoding, decompress] of [
    ['gzip', gunzipSync],
    ['br', brotliDecompressSync],
  ] as const) {
    const { promise, resolve } = Promise.withResolvers<{ bytes: Buffer; headers: Headers }>();
    const { request } = await import('node:http');
    // fetch would decompress it.
    request(new URL('/history?bucket=1m', service.address), { headers: { 'accept-encoding': encoding } })
      .on('response', (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part) => parts.push(part));
        response.on('end', () => {
          const headers = new Headers(response.headers as Record<string, string>);
          resolve({ bytes: Buffer.concat(parts), headers });
        });
      })
      .end();
    const { bytes, headers } = await promise;
    assert.equal(headers.get('content-encoding'), encoding);
    assert.equal(headers.get('content-length'), String(bytes.length));
    assert.equal(headers.get('etag'), plain.headers.get('etag'));
    assert.equal(decompress(bytes).toString(), text);
    assert.ok(bytes.length < text.length / 3);
  }
  const short = await ask(service, '?from=2009-01-01T00:00:00Z&to=2009-02-01T00:00:00Z', {
    'accept-encoding': 'gzip',
  });
  assert.equal(short.headers.get('content-encoding'), null);
  assert.equal(short.headers.get('vary'), 'Accept, Accept-Encoding');
});

test('answers HEAD without a body', async (t) => {
  const service = await start(t);
  await service.keep(SAMPLES);
  const full = await ask(service, '?bucket=1h', { 'accept-encoding': 'identity' });
  const url = new URL('/history?bucket=1h', service.address);
  const head = await fetch(url, { method: 'HEAD', headers: { 'accept-encoding': 'identity' } });
  assert.equal(head.status, 200);
  for (const name of ['content-length', 'content-type', 'etag', 'vary', 'cache-control']) {
    assert.equal(head.headers.get(name), full.headers.get(name), name);
  }
  assert.equal(await head.text(), '');
  const etag = full.headers.get('etag') ?? '';
  for (const path of ['/history?bucket=1h', '/']) {
    const known =
      path === '/'
        ? ((await service.get('/', { 'accept-encoding': 'identity' })).headers.get('etag') ?? '')
        : etag;
    const again = await fetch(new URL(path, service.address), {
      method: 'HEAD',
      headers: { 'if-none-match': known, 'accept-encoding': 'identity' },
    });
    assert.deepEqual([again.status, again.headers.get('content-length')], [304, null], path);
  }
});

test('is counted by route, without the query', async (t) => {
  const service = await start(t);
  await ask(service, '?bucket=1h');
  await ask(service, '?bucket=2h');
  const metrics = await (await service.get('/metrics')).text();
  assert.match(metrics, /^is_bitcoin_lit_requests_total\{route="\/history",status="200"\} 1$/m);
  assert.match(metrics, /^is_bitcoin_lit_requests_total\{route="\/history",status="400"\} 1$/m);
});
