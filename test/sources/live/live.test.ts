import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import Schema from 'typebox/schema';
import { assertRecordedAnswer, needsRecordedDay, recordedDay } from '../../support/data/recorded-day.ts';
import { eventually } from '../../support/eventually.ts';
import { json, startTestService } from '../../support/processes/service.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import type { ExchangeFault, FakeExchange } from '../../support/upstreams/exchanges.ts';
import { FEED_FAULTS } from '../../support/upstreams/feeds.ts';
import { startLiveSources } from '../../support/upstreams/live-sources.ts';
import { startUpstream } from '../../support/upstreams/upstream.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const START = Date.UTC(2026, 0, 2, 12, 0, 20);

/** It never has the same price twice, and a hundred dollars more each hour. */
const market = (time: number) => 60_000 + (100 * (time - START)) / HOUR;

interface Row {
  readonly timestamp: number;
  readonly btc_price: string;
  readonly mean: number;
}

const FAULTS: Readonly<Record<string, (exchange: FakeExchange, now: number) => void>> = {
  'moved by 30 %': (exchange) => {
    exchange.factor = 1.3;
  },
  'of yesterday': (exchange, now) => {
    exchange.lastTrade = now - DAY;
  },
  ...Object.fromEntries(
    (
      [
        ['silent', { type: 'silent' }],
        ['HTML', { type: 'html' }],
        ['429', { type: 'status', status: 429 }],
        ['451', { type: 'status', status: 451 }],
        ['500', { type: 'status', status: 500 }],
        ['an error in a 200', { type: 'error_in_200' }],
        ['a price of 0', { type: 'price', json: '"0"' }],
        ['a price of 1e400', { type: 'price', json: '1e400' }],
        ['a body that breaks off', { type: 'cut' }],
        ['brackets without end', { type: 'body', text: '['.repeat(100_000) }],
      ] as const satisfies readonly [string, ExchangeFault][]
    ).map(([name, fault]) => [
      name,
      (exchange: FakeExchange) => {
        exchange.fault = fault;
      },
    ]),
  ),
};

function heal(exchange: FakeExchange): void {
  exchange.fault = undefined;
  exchange.factor = 1;
  exchange.lastTrade = undefined;
}

test('whatever one exchange does, every price is the others’, or absent', async (t) => {
  let now = START;
  const { environment, exchanges } = await startLiveSources(t, { clock: () => now, price: market });
  const service = await startTestService(t, environment, () => now);
  assert.equal((await service.post()).status, 200);
  for (const [name, inflict] of Object.entries(FAULTS)) {
    for (const exchange of exchanges.all) {
      // Longer than any rest.
      now += 2 * HOUR;
      inflict(exchange, now);
      const report = await json(service.post());
      assert.equal(report.rejected, 0);
      const rows: Row[] = await json(service.get('/v1/bitcoin.json'));
      const tick = Math.floor(now / 1000) * 1000;
      assert.equal(rows.at(-1)?.timestamp, tick / 1000, `two are enough with ${name}`);
      for (const { timestamp, btc_price: price } of rows) {
        const right = market(timestamp * 1000);
        assert.ok(Math.abs(Number(price) - right) < 0.1, `${price} is not ${right} with ${name}`);
      }
      heal(exchange);
    }
  }
});

test('after an outage the gap is filled in price and sentiment, no minute twice', async (t) => {
  let now = START;
  const { environment, exchanges } = await startLiveSources(t, { clock: () => now, price: market });
  const service = await startTestService(t, environment, () => now);
  await service.post();
  for (const exchange of exchanges.all) exchange.fault = { type: 'status', status: 503 };
  for (let minute = 0; minute < 5; minute += 1) {
    now += MINUTE;
    const report = await json(service.post());
    assert.deepEqual([report.received, report.added], [1, 1], 'a sentiment alone');
  }
  for (const exchange of exchanges.all) exchange.fault = undefined;
  now += MINUTE;
  const report = await json(service.post());
  // The minutes 12:00 (its second half) to 12:05 are over; each has its close, and the tick is there.
  assert.equal(report.added, 1 + 5);
  const rows: Row[] = await json(service.get('/v1/bitcoin.json'));
  const filled = rows
    .filter(({ timestamp }) => timestamp * 1000 > START)
    .map(({ timestamp }) => Math.trunc(timestamp * 1000));
  const closes = [1, 2, 3, 4, 5].map((minute) => START - 20_000 + (minute + 1) * MINUTE - 1);
  assert.deepEqual(filled, [...closes, now]);
  const again = await json(service.post());
  assert.deepEqual([again.received, again.added, again.duplicates], [1, 0, 1], 'a call within a kept tick');
});

test('without any value: 502, one line of reasons, and nothing changed', async (t) => {
  let now = START;
  const { environment, exchanges, feeds } = await startLiveSources(t, { clock: () => now, price: market });
  for (const exchange of exchanges.all) exchange.fault = { type: 'status', status: 500 };
  for (const feed of feeds) feed.answer(FEED_FAULTS['HTML']);
  const service = await startTestService(t, environment, () => now);
  const response = await service.post();
  assert.equal(response.status, 502);
  const { code, detail } = await json(response);
  assert.equal(code, 'source_absent');
  const absent = exchanges.all.map(({ name }) => `${name}: the source answered 500`).join('; ');
  const rest = ': too few headlines count: 0; 127.*: sent a web page.*nothing was changed$';
  assert.match(detail, new RegExp(`^no price: ${absent}; no sentiment${rest}`));
  assert.doesNotMatch(detail, /\n/);
  assert.equal((await service.get()).status, 503);
  assert.equal((await service.get('/v1/bitcoin.json')).status, 503);
  for (const exchange of exchanges.all) exchange.fault = undefined;
  now += 1000;
  assert.equal((await service.post()).status, 200, 'a price without a sentiment');
  const { hourly_average_of_averages: hours, stale } = await json(service.get());
  assert.deepEqual([hours[0].sentiment, hours[0].price_samples, stale], [null, 60, false]);
});

test('one feed’s fault does not affect the others', async (t) => {
  let now = START;
  const { environment, feeds } = await startLiveSources(t, { clock: () => now, price: market });
  const service = await startTestService(t, environment, () => now);
  await service.post();
  const { silence, 'a slow trickle': trickle, ...quick } = FEED_FAULTS;
  for (const [name, answer] of Object.entries(quick)) {
    now += HOUR;
    feeds[0]?.answer(answer);
    const report = await json(service.post());
    assert.ok(report.added > 0, name);
    const rows: Row[] = await json(service.get('/v1/bitcoin.json'));
    assert.equal(rows.at(-1)?.timestamp, now / 1000, name);
    assert.ok((rows.at(-1)?.mean ?? 2) <= 1, name);
  }
});

test('the day in SentiCrypt’s format has its fields, an entity tag, and 304 if unchanged', async (t) => {
  const { environment } = await startLiveSources(t, { clock: () => START, price: market });
  const service = await startTestService(t, environment, () => START);
  await service.post();
  const response = await service.get('/v1/bitcoin.json');
  assert.equal(response.headers.get('data-source'), 'live');
  const etag = response.headers.get('etag') ?? '';
  const rows: Record<string, unknown>[] = await json(response);
  assert.ok(rows.length > 1400);
  // As SentiCrypt sent them, where the recording is here.
  const recorded: Record<string, unknown>[] = JSON.parse(recordedDay ?? '[]');
  const types = {
    count: 'number',
    timestamp: 'number',
    rate: 'number',
    last: 'number',
    sum: 'number',
    mean: 'number',
    median: 'number',
    btc_price: 'string',
  };
  for (const row of rows)
    assert.deepEqual(
      Object.fromEntries(Object.entries(row).map(([name, value]) => [name, typeof value])),
      types,
    );
  for (const [name, value] of Object.entries(recorded[0] ?? {}))
    assert.equal(typeof value, types[name as keyof typeof types], name);
  if (recorded[0]) assert.deepEqual(Object.keys(recorded[0]).toSorted(), Object.keys(types).toSorted());
  const unchanged = await service.get('/v1/bitcoin.json', { 'if-none-match': etag });
  assert.equal(unchanged.status, 304);
  assert.equal(await unchanged.text(), '');
});

test('the sources and the day match the OpenAPI document', async (t) => {
  let now = START;
  const { environment } = await startLiveSources(t, { clock: () => START, price: market });
  const service = await startTestService(t, environment, () => now);
  const document = await json(service.get('/openapi.json'));
  const check = async (path: string) => {
    const schema = document.paths[path].get.responses['200'].content['application/json'].schema;
    assert.ok(Schema.Check(schema, await json(service.get(path))), path);
  };
  await check('/sources');
  await service.post();
  // What is told of sources is shared for a second.
  now += 1000;
  await check('/sources');
  await check('/v1/bitcoin.json');
  const text = await (await service.get('/metrics')).text();
  for (const line of [
    'source_state{kind="price",name="kraken",state="ok"} 1',
    'quote_used{name="bitstamp"} 1',
    'headlines_counted 95',
    'filled_total{value="price"} 1439',
    'filled_total{value="sentiment"} 1439',
    'absent_total{value="price"} 0',
  ])
    assert.ok(text.includes(`is_bitcoin_lit_${line}`), line);
});

test('a state store full of garbage counts as empty', async (t) => {
  const { environment } = await startLiveSources(t, { clock: () => START, price: market });
  const folder = temporaryFolder(t);
  const env = { ...environment, DATA_DIR: folder };
  const first = await startTestService(t, env, () => START);
  await first.post();
  const expected = await json(first.get('/sources'));
  await first.stop();
  for (const garbage of [
    '',
    '{',
    'null',
    '[]',
    '{"rests":{"kraken":{"until":"x"}}}',
    '"x"',
    '{"__proto__": 1}',
  ]) {
    const database = new DatabaseSync(`${folder}/samples.sqlite`);
    database.exec('DELETE FROM sample');
    database.prepare("UPDATE document SET text = ? WHERE name <> 'installation'").run(garbage);
    database.prepare('UPDATE headline SET text = ?').run(garbage);
    database.close();
    const service = await startTestService(t, env, () => START);
    assert.equal((await service.post()).status, 200, garbage);
    const { sentiment } = await json(service.get('/sources'));
    assert.deepEqual(sentiment.headlines, expected.sentiment.headlines, garbage);
    await service.stop();
  }
});

test(
  'the recorded day through two services: the second answers like the first',
  needsRecordedDay,
  async (t) => {
    const upstream = await startUpstream(t, recordedDay ?? '');
    const first = await startTestService(t, { SENTICRYPT_URL: upstream.url });
    await first.post();
    const rows: Record<string, unknown>[] = await json(first.get('/v1/bitcoin.json'));
    assert.equal(rows.length, JSON.parse(recordedDay ?? '').length);
    assert.deepEqual([rows[0]?.['count'], rows[0]?.['median'], rows[0]?.['rate']], [null, null, null]);
    const second = await startTestService(t, { SENTICRYPT_URL: `${first.address}/v1/bitcoin.json` });
    assert.equal((await json(second.post())).added, rows.length);
    assertRecordedAnswer(await json(second.get()));
  },
);

test('a source with one upstream is reported too, even after a restart', async (t) => {
  const upstream = await startUpstream(t, '[]');
  const env = { SENTICRYPT_URL: upstream.url, DATA_DIR: temporaryFolder(t) };
  let now = START;
  const first = await startTestService(t, env, () => now);
  assert.equal((await json(first.get('/sources'))).price[0].state, 'resting');
  await first.post();
  upstream.answer('no JSON');
  await first.post();
  const failing = async (service: typeof first) => {
    const { price, sentiment, fear_and_greed: index } = await json(service.get('/sources'));
    const [one] = price;
    return (
      one.name === 'senticrypt' &&
      one.state === 'failing' &&
      /is not JSON/.test(one.reason) &&
      one.last_success === '2026-01-02T12:00:20Z' &&
      sentiment.feeds[0].state === 'failing' &&
      index === null
    );
  };
  await eventually('it is told', () => {
    now += 1000;
    return failing(first);
  });
  await first.stop();
  const second = await startTestService(t, env, () => now);
  assert.ok(await failing(second));
});
