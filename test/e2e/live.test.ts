import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SourcesAnswer } from '../../src/domain/sources/answer.ts';
import { listOf } from '../../src/domain/upstream-errors.ts';
import { areComplete } from '../support/data/hours.ts';
import { eventually } from '../support/eventually.ts';
import { serve } from '../support/processes/process.ts';
import { json } from '../support/processes/service.ts';
import { needsRedis, testRedis } from '../support/stores/redis.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { EXCHANGE_NAMES } from '../support/upstreams/exchanges.ts';
import { startLiveSources } from '../support/upstreams/live-sources.ts';

const stateOf = ({ price }: SourcesAnswer, exchange: string) =>
  price.find(({ name }) => name === exchange)?.state;

const read = (address: string, path = '/is-bitcoin-lit') => json(fetch(`${address}${path}`));

test('a slow feed does not delay the price of the first start', async (t) => {
  const { environment, feeds } = await startLiveSources(t);
  feeds[0]?.answer(() => undefined);
  const began = performance.now();
  const env = { ...environment, DATA_DIR: temporaryFolder(t), REFRESH_INTERVAL: '30s' };
  const { address } = await serve(t, env);
  await eventually('there are prices', async () => (await read(address)).price_direction !== 'unknown', 5000);
  await eventually('there are sentiments', async () =>
    areComplete((await read(address)).hourly_average_of_averages, Date.now()),
  );
  const took = performance.now() - began;
  assert.ok(took < 12_000, `it took ${took} ms, of which the feed 8 s`);
});

test('/sources reports exchanges, feeds, headlines with reasons, and the index', async (t) => {
  const { environment, exchanges, feeds } = await startLiveSources(t);
  exchanges.kraken.fault = { type: 'status', status: 451 };
  feeds[1]?.answer((_request, response) => response.writeHead(500).end());
  const { address } = await serve(t, { ...environment, DATA_DIR: temporaryFolder(t) });
  assert.equal((await fetch(`${address}/refresh`, { method: 'POST' })).status, 200);
  await eventually(
    'the index is there',
    async () => (await read(address, '/sources')).fear_and_greed.value === 25,
  );
  const { price, sentiment, fear_and_greed: index } = await read(address, '/sources');
  const names: string[] = price.map(({ name }: { name: string }) => name);
  assert.deepEqual(names, EXCHANGE_NAMES);
  const [coinbase, kraken] = ['coinbase', 'kraken'].map((name) => price[names.indexOf(name)]);
  assert.ok(coinbase.state === 'ok' && coinbase.used && coinbase.price > 0 && coinbase.latency_ms >= 0);
  assert.ok(Date.now() - Date.parse(coinbase.last_success) < 60_000);
  assert.equal(kraken.state, 'resting');
  assert.match(kraken.reason, /answered 451; next request after/);
  assert.deepEqual([kraken.price, kraken.used, kraken.last_success], [null, false, null]);
  assert.deepEqual(
    sentiment.feeds.map(({ state }: { state: string }) => state),
    ['ok', 'failing', 'ok', 'ok'],
  );
  assert.match(sentiment.feeds[1].reason, /answered 500/);
  assert.ok(sentiment.value >= -1 && sentiment.value <= 1 && sentiment.count > 50);
  assert.equal(sentiment.headlines.length, 50);
  const times = sentiment.headlines.map(({ published }: { published: string }) => Date.parse(published));
  assert.deepEqual(
    times,
    times.toSorted((one: number, other: number) => other - one),
  );
  for (const { title, link, source, score, label, because } of sentiment.headlines) {
    assert.ok(title && source && /^https:/.test(link) && /^(positive|neutral|negative)$/.test(label));
    const points = because.reduce((sum: number, reason: { points: number }) => sum + reason.points, 0);
    assert.ok(Math.abs(points - score) < 1e-9, 'the reasons come to the score');
  }
  assert.equal(index.label, 'Extreme Fear');
  assert.equal(index.attribution.name, 'alternative.me');
});

test('all exchanges down: logged once, stale while the sentiment continues; back at the next tick', async (t) => {
  const { environment, exchanges } = await startLiveSources(t);
  const service = await serve(t, {
    ...environment,
    DATA_DIR: temporaryFolder(t),
    REFRESH_INTERVAL: '500ms',
    STALE_AFTER: '2s',
  });
  const { address } = service;
  await eventually('it is fresh', async () => (await read(address)).stale === false);
  for (const exchange of exchanges.all) exchange.fault = { type: 'reset' };
  await eventually('it is stale', async () => (await read(address)).stale === true);
  const { as_of: before } = await read(address);
  await eventually(
    'the sentiment goes on',
    async () => Date.parse((await read(address)).as_of) > Date.parse(before),
  );
  assert.equal((await read(address)).stale, true);
  const { price } = await read(address, '/sources');
  for (const { state, reason } of price) {
    assert.equal(state, 'failing');
    assert.match(reason, /cannot be reached: connection closed/);
  }
  const ready = await read(address, '/health/ready');
  assert.equal(ready.status, 'degraded');
  const reasons = EXCHANGE_NAMES.map((name) => `${name}: .*`).join('; ');
  assert.match(ready.troubles[0].reason, new RegExp(`^${reasons}`));
  for (const exchange of exchanges.all) exchange.fault = undefined;
  await eventually('it is fresh again', async () => (await read(address)).stale === false, 3000);
  const lines = service
    .output()
    .split('\n')
    .filter((line) => /there is (no|a) price/.test(line));
  assert.equal(lines.length, 2, lines.join('\n'));
  assert.match(lines[0] ?? '', new RegExp(`"reason":"${reasons}","msg":"there is no price"`));
  const { output } = service;
  const names = listOf(EXCHANGE_NAMES);
  assert.equal(output().split(`"msg":"${names}: cannot be reached: connection closed"`).length, 2, output());
  assert.ok(output().includes(`"msg":"${names}: OK again"`));
  assert.match(lines[1] ?? '', /"msg":"there is a price again"/);
});

test('a restart restores back-offs and headlines', async (t) => {
  const { environment, exchanges, feeds } = await startLiveSources(t);
  const env = { ...environment, DATA_DIR: temporaryFolder(t) };
  exchanges.bitstamp.fault = { type: 'status', status: 429, retryAfter: '600' };
  const first = await serve(t, env);
  assert.equal((await fetch(`${first.address}/refresh`, { method: 'POST' })).status, 200);
  first.child.kill('SIGTERM');
  await first.ended;
  const asked = [exchanges.bitstamp.requests.length, ...feeds.map(({ requests }) => requests.length)];
  const second = await serve(t, env);
  const before = await read(second.address, '/sources');
  assert.equal(stateOf(before, 'bitstamp'), 'resting');
  assert.equal(before.sentiment.headlines.length, 50);
  assert.equal((await fetch(`${second.address}/refresh`, { method: 'POST' })).status, 200);
  assert.deepEqual(
    [exchanges.bitstamp.requests.length, ...feeds.map(({ requests }) => requests.length)],
    asked,
    'no requests to resting or recently requested upstreams',
  );
  const { sentiment } = await read(second.address, '/sources');
  assert.deepEqual(sentiment.headlines, before.sentiment.headlines);
});

test(
  'two processes over one Redis: one refreshes at each tick, and both answer the same',
  needsRedis,
  async (t) => {
    const { environment, exchanges } = await startLiveSources(t);
    const { url, keyPrefix } = testRedis();
    const env = { ...environment, REDIS_URL: url, KEY_PREFIX: keyPrefix, REFRESH_INTERVAL: '1s' };
    const [one, other] = await Promise.all([serve(t, env), serve(t, env)]);
    await eventually('both have three hours', async () => {
      const answers = await Promise.all([read(one.address), read(other.address)]);
      return answers.every(({ hourly_average_of_averages: hours }) => areComplete(hours, Date.now()));
    });
    exchanges.kraken.fault = { type: 'status', status: 403 };
    await eventually('both know the resting upstreams', async () => {
      const reports = await Promise.all([read(one.address, '/sources'), read(other.address, '/sources')]);
      return reports.every((report) => stateOf(report, 'kraken') === 'resting');
    });
    const asked = exchanges.kraken.requests.length;
    const { as_of: before } = await read(one.address);
    await eventually(
      'four ticks pass',
      async () => Date.parse((await read(other.address)).as_of) >= Date.parse(before) + 4000,
    );
    assert.equal(exchanges.kraken.requests.length, asked, 'a back-off holds for all processes');
    const day: { timestamp: number }[] = await read(one.address, '/v1/bitcoin.json');
    assert.equal(new Set(day.map(({ timestamp }) => timestamp)).size, day.length);
    const [here, there] = await Promise.all([read(one.address, '/sources'), read(other.address, '/sources')]);
    assert.deepEqual(here.sentiment.headlines, there.sentiment.headlines);
    assert.equal(here.sentiment.headlines.length, 50);
  },
);

test('another service can use this one as its SentiCrypt source, and answers the same', async (t) => {
  const { environment } = await startLiveSources(t);
  const first = await serve(t, { ...environment, DATA_DIR: temporaryFolder(t) });
  assert.equal((await fetch(`${first.address}/refresh`, { method: 'POST' })).status, 200);
  const second = await serve(t, {
    SOURCE: 'senticrypt',
    SENTICRYPT_URL: `${first.address}/v1/bitcoin.json`,
    DATA_DIR: temporaryFolder(t),
  });
  const report = await json(fetch(`${second.address}/refresh`, { method: 'POST' }));
  assert.ok(report.added > 1400 && report.rejected === 0 && report.duplicates === 0);
  const [answer, chained] = await Promise.all([read(first.address), read(second.address)]);
  assert.deepEqual({ ...chained, source: 'live' }, answer);
  const { price, sentiment, fear_and_greed: index } = await read(second.address, '/sources');
  assert.equal(price[0].name, 'senticrypt');
  assert.deepEqual(
    [price[0].state, price[0].used, sentiment.feeds[0].state, index],
    ['ok', true, 'ok', null],
  );
});

test('all upstreams down: one short line per reason, however long it lasts', async (t) => {
  const { output } = await serve(t, {
    SOURCE: 'live',
    DATA_DIR: temporaryFolder(t),
    REFRESH_INTERVAL: '200ms',
    NEWS_FEEDS: Array.from({ length: 10 }, (_, index) => `http://127.0.0.1:1/${index}?key=secret`).join(','),
    LOG_LEVEL: 'debug',
  });
  const debug = () => output().match(/"msg":"refresh fails"/g) ?? [];
  await eventually('it fails some times', async () => debug().length > 4);
  const lines = output().trim().split('\n');
  const shown = lines.filter((line) => JSON.parse(line).level > 20);
  const messages = shown.map((line) => JSON.parse(line).msg);
  assert.deepEqual(
    messages.filter((message) => !/^listening/.test(message)),
    [
      `${EXCHANGE_NAMES.slice(0, 3).join(', ')} and ${EXCHANGE_NAMES.length - 3 + 10} others: cannot be reached: connection refused`,
      'refresh fails',
    ],
  );
  assert.ok(
    shown.every((line) => line.length < 250),
    shown.join('\n'),
  );
  assert.match(
    output(),
    /"host":"127.0.0.1:1","reason":"the source cannot .*ECONNREFUSED.*","msg":"a request failed"/,
  );
  assert.doesNotMatch(output(), /secret/);
});
