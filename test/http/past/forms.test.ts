import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { json } from '../../support/processes/service.ts';
import { startKept } from '../../support/stores/kept.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const START = Date.UTC(2026, 0, 5);
const NOW = START + 10 * DAY + 60_000;

/** Price and sentiment rise for five hours, then fall; a day later, one hour has a price alone. */
const SAMPLES = [
  ...[1, 2, 3, 4, 5, 3, 2].map((price, hour) => ({
    time: START + hour * HOUR + 5000,
    price,
    sentiment: price / 10,
  })),
  { time: START + DAY, price: 9 },
];

async function start(t: TestContext, now = NOW) {
  const service = await startKept(t, 'SQLite', () => now);
  await service.keep(SAMPLES);
  return service;
}

test('the answer at a time can be revalidated, and cached long when it is settled', async (t) => {
  const service = await start(t);
  for (const [at, caching] of [
    ['2026-01-05T03:30:00Z', 'public, max-age=3600, must-revalidate'],
    ['2026-01-05t04:30:00%2B01:00', 'public, max-age=3600, must-revalidate'],
    ['2026-01-15', 'public, max-age=5, stale-while-revalidate=25'],
    ['-9d', 'public, max-age=5, stale-while-revalidate=25'],
    ['now', 'public, max-age=5, stale-while-revalidate=25'],
  ] as const) {
    const response = await service.get(`/is-bitcoin-lit?at=${at}`);
    assert.equal(response.status, 200, at);
    assert.equal(response.headers.get('cache-control'), caching, at);
    assert.equal(response.headers.get('content-type'), 'application/json; charset=utf-8');
    assert.equal(response.headers.get('access-control-allow-origin'), '*');
    const etag = response.headers.get('etag') ?? '';
    const again = await service.get(`/is-bitcoin-lit?at=${at}`, { 'If-None-Match': etag });
    assert.deepEqual([again.status, again.headers.get('etag')], [304, etag]);
  }
  const body = await json(service.get('/is-bitcoin-lit?at=2026-01-05T03:30:00Z'));
  assert.deepEqual([body.is_lit, body.stale, body.as_of], [true, true, '2026-01-05T03:00:05Z']);
  assert.equal(
    (await json(service.get('/is-bitcoin-lit?at=2026-01-05T03:00:04.999Z'))).as_of,
    '2026-01-05T02:00:05Z',
  );
  assert.equal((await json(service.get('/is-bitcoin-lit?at=oldest'))).as_of, '2026-01-05T00:00:05Z');
  const statuses = service.events.flatMap((event) =>
    event.type === 'responded' && event.route === '/is-bitcoin-lit' ? [event.status] : [],
  );
  assert.deepEqual(statuses, [...Array(5).fill([200, 304]).flat(), 200, 200, 200]);
});

test('a time that has no answer is a clear problem', async (t) => {
  const service = await start(t);
  for (const [query, status, detail] of [
    ['at=', 400, 'at must have 1 to 64 characters'],
    ['at=now&at=now', 400, 'at must be given only once'],
    ['at=yesterday', 400, /^at is not a time: use RFC 3339/],
    ['at=2026-02-30', 400, 'at is not an existing date'],
    [
      'at=2026-01-15T00:01:00.001Z',
      400,
      'at must not be in the future: the time is now 2026-01-15T00:01:00Z',
    ],
    ['at=-100y', 404, /^there is no sample at or before 1926-.*: the first one is at 2026-01-05T00:00:05Z$/],
    ['at=2026-01-05T00:00:04.999Z', 404, /the first one is at 2026-01-05T00:00:05Z$/],
  ] as const) {
    const response = await service.get(`/is-bitcoin-lit?${query}`);
    const body = await json(response);
    assert.equal(response.status, status, query);
    if (typeof detail === 'string') assert.equal(body.detail, detail);
    else assert.match(body.detail, detail);
  }
  const empty = await startKept(t, 'SQLite', () => NOW);
  assert.equal((await json(empty.get('/is-bitcoin-lit?at=now'))).detail, 'the store holds no samples');
});

test('verdicts and spells, as JSON and as CSV', async (t) => {
  const service = await start(t);
  const day = '?from=2026-01-05&to=2026-01-06';
  const { verdicts, ...range } = await json(service.get(`/verdicts${day}`));
  assert.deepEqual(range, { from: '2026-01-05T00:00:00Z', to: '2026-01-06T00:00:00Z', next: null });
  assert.deepEqual(
    verdicts.map(({ verdict }: { verdict: string }) => verdict),
    ['unknown', 'lit', 'lit', 'lit', 'lit', 'not_lit', 'not_lit'],
  );
  assert.deepEqual(verdicts[5], {
    time: '2026-01-05T05:00:00Z',
    verdict: 'not_lit',
    price_direction: 'falling',
    sentiment_direction: 'falling',
    price: 3,
    sentiment: 0.3,
  });
  const csv = await service.get(`/verdicts?from=2026-01-06&format=csv`);
  assert.equal(csv.headers.get('content-type'), 'text/csv; charset=utf-8');
  assert.equal(
    await csv.text(),
    'time,verdict,price_direction,sentiment_direction,price,sentiment\r\n' +
      '2026-01-06T00:00:00Z,unknown,unknown,unknown,9,\r\n',
  );
  const { spells } = await json(service.get(`/verdicts${day}&spells=true`));
  assert.deepEqual(spells[1], {
    from: '2026-01-05T01:00:00Z',
    to: '2026-01-05T05:00:00Z',
    verdict: 'lit',
    hours: 4,
    first_price: 2,
    last_price: 5,
  });
  assert.deepEqual(
    spells.map(({ hours, verdict }: { hours: number; verdict: string }) => [verdict, hours]),
    [
      ['unknown', 1],
      ['lit', 4],
      ['not_lit', 2],
    ],
  );
  const text = await (await service.get(`/verdicts?from=oldest&spells=true&format=csv`)).text();
  assert.match(text, /^from,to,verdict,hours,first_price,last_price\r\n/);
  assert.match(text, /2026-01-06T00:00:00Z,2026-01-06T01:00:00Z,unknown,1,9,9\r\n$/);
});

test('verdicts are counted by the day and the week', async (t) => {
  const service = await start(t);
  const day = { time: '2026-01-05T00:00:00Z', lit: 4, not_lit: 2, unknown: 1 };
  const other = { time: '2026-01-06T00:00:00Z', lit: 0, not_lit: 0, unknown: 1 };
  const days = await json(service.get('/verdicts?from=oldest&bucket=1d'));
  assert.deepEqual(days, {
    from: '2026-01-05T00:00:00Z',
    to: '2026-01-15T00:00:00Z',
    next: null,
    counts: [day, other],
  });
  const weeks = await json(service.get('/verdicts?from=2026-01-09&bucket=1w'));
  assert.deepEqual(weeks.counts, [{ ...day, unknown: 2 }]);
  const csv = await (
    await service.get('/verdicts?from=2026-01-05T03:00:00Z&to=2026-01-05T06:00:00Z&bucket=4h&format=csv')
  ).text();
  assert.equal(
    csv,
    'time,lit,not_lit,unknown\r\n2026-01-05T00:00:00Z,3,0,1\r\n2026-01-05T04:00:00Z,1,1,0\r\n',
  );
});

test('ranges of verdicts: whole hours that have ended, in pages', async (t) => {
  const service = await start(t);
  for (const [query, from, to, count] of [
    // The hour of `from`; the last hour that has ended by `to`.
    ['from=2026-01-05T01:59:59Z&to=2026-01-05T03:59:59Z', '05T01:00:00Z', '05T03:00:00Z', 2],
    ['from=2026-01-05T01:00:00Z&to=2026-01-05T02:00:00Z', '05T01:00:00Z', '05T02:00:00Z', 1],
    ['from=2026-01-05T01:10:00Z&to=2026-01-05T01:20:00Z', '05T01:00:00Z', '05T01:00:00Z', 0],
    ['from=2026-01-05T00:00:00Z&to=2126-01-05T00:00:00Z', '05T00:00:00Z', '15T00:00:00Z', 8],
    ['from=2026-01-15T00:00:00Z&to=2026-01-15T00:30:00Z', '15T00:00:00Z', '15T00:00:00Z', 0],
    ['from=-100y', '05T00:00:00Z', '15T00:00:00Z', 8],
    ['from=oldest', '05T00:00:00Z', '15T00:00:00Z', 8],
  ] as const) {
    const body = await json(service.get(`/verdicts?${query}`));
    assert.deepEqual(
      [body.from, body.to, body.verdicts.length, body.next],
      [`2026-01-${from}`, `2026-01-${to}`, count, null],
      query,
    );
  }
  const before = await json(service.get('/verdicts?from=2010-01-01&to=2010-01-02'));
  assert.deepEqual(before.verdicts, []);
  for (const [query, detail] of [
    ['from=now&to=-1h', 'from must be before to'],
    ['from=2026-01-05&to=2026-01-05', 'from must be before to'],
    ['from=x', /^from is not a time/],
    ['spells=yes', 'spells must be one of true, false'],
  ] as const) {
    const response = await service.get(`/verdicts?${query}`);
    assert.equal(response.status, 400);
    const body = await json(response);
    if (typeof detail === 'string') assert.equal(body.detail, detail);
    else assert.match(body.detail, detail);
  }

  await service.keep([{ time: START - 800 * DAY, price: 1 }]);
  const first = await service.get('/verdicts?from=-10y&to=2026-01-06&format=csv');
  assert.equal(
    first.headers.get('link'),
    '<?from=2024-12-17T16%3A00%3A00Z&to=2026-01-06T00%3A00%3A00Z&format=csv>; rel="next"',
  );
  assert.equal((await first.text()).split('\r\n').length, 3);
  const second = await service.get(`/verdicts${first.headers.get('link')?.slice(1, -13)}`);
  assert.equal(second.headers.get('link'), null);
  assert.equal((await second.text()).split('\r\n').length, 9);
});

test('verdicts of a year are the same in every encoding, and can be revalidated', async (t) => {
  const service = await start(t);
  const year = Array.from({ length: 8760 }, (_, hour) => ({
    time: START - hour * HOUR,
    price: (hour % 97) + 1,
  }));
  await service.keep(year.toReversed());
  for (const path of ['/verdicts?from=-1y', '/verdicts?from=-1y&format=csv', '/verdicts?from=-2h']) {
    const plain = await service.get(path, { 'Accept-Encoding': 'identity' });
    const text = await plain.text();
    assert.equal(plain.headers.get('content-length'), String(text.length));
    for (const encoding of ['identity', 'gzip', 'br']) {
      const headers = { 'Accept-Encoding': encoding };
      const one = await service.get(path, headers);
      if (text.length > 1024) assert.equal(one.headers.get('content-encoding') ?? 'identity', encoding);
      assert.equal(await one.text(), text, encoding);
      const known = await service.get(path, { ...headers, 'If-None-Match': one.headers.get('etag') ?? '' });
      assert.deepEqual([known.status, known.headers.get('etag')], [304, one.headers.get('etag')]);
      await service.keep([{ time: START - 100 * DAY + 1, price: 1 + encoding.length }]);
      const changed = await service.get(path, { ...headers, 'If-None-Match': one.headers.get('etag') ?? '' });
      assert.equal(changed.status, path.includes('2h') ? 304 : 200);
      await service.forget({ from: START - 100 * DAY + 1, to: START - 100 * DAY + 2 });
    }
    const head = await fetch(`${service.address}${path}`, {
      method: 'HEAD',
      headers: { 'Accept-Encoding': 'identity' },
    });
    assert.equal(head.headers.get('content-length'), String(text.length));
    assert.equal(head.headers.get('etag'), plain.headers.get('etag'));
    assert.equal(await head.text(), '');
  }
  assert.equal((await json(service.get('/verdicts?from=-1y'))).verdicts.length, 8760 - 10 * 24 + 8);
});

test('verdicts and the record are cached long only if no sample of their range can still come', async (t) => {
  const closed = 'public, max-age=3600, must-revalidate';
  const moving = 'public, max-age=5, stale-while-revalidate=25';
  const service = await start(t);
  const empty = await startKept(t, 'SQLite', () => NOW);
  for (const path of ['/verdicts', '/track-record']) {
    const caching = async (query: string, of = service) =>
      (await of.get(`${path}?${query}`)).headers.get('cache-control');
    assert.equal(await caching('from=2026-01-05&to=2026-01-06'), closed);
    assert.equal(await caching('from=2026-01-05&to=-9d'), moving);
    // A history is fetched with the newest days first: the days before may follow.
    assert.equal(await caching('from=2026-01-04T23:00:00Z&to=2026-01-06'), moving);
    assert.equal(await caching('from=2026-01-05&to=2026-01-06', empty), moving);
    // Backfill adds samples that are up to a day old, and takes a while.
    assert.equal(await caching('from=2026-01-05&to=2026-01-13T23:00:00Z'), closed);
    assert.equal(await caching('from=2026-01-05&to=2026-01-14T00:00:00Z'), moving);
    assert.equal(await caching('from=2026-01-05&to=2026-01-05T00:30:00Z'), moving);
  }
  // The first page is complete, but the link to the others names the last hour that has ended.
  await service.keep([{ time: START - 800 * DAY, price: 1 }]);
  const from = new Date(START - 800 * DAY).toISOString();
  assert.equal(
    (await service.get(`/verdicts?from=${from}&to=2026-02-01`)).headers.get('cache-control'),
    moving,
  );
  assert.equal(
    (await service.get(`/verdicts?from=${from}&to=2026-01-13`)).headers.get('cache-control'),
    closed,
  );
});
