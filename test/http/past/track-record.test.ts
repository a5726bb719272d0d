import assert from 'node:assert/strict';
import { test } from 'node:test';
import { command } from '../../support/processes/command.ts';
import { json } from '../../support/processes/service.ts';
import { STORES, startKept } from '../../support/stores/kept.ts';
import { makeMarket, START } from '../../track-record/markets.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const samplesOf = (days: number, seed: number, first = START) =>
  makeMarket(days * 24, seed, 'plain').hours.flatMap(
    ({ firstPrice = 0, lastPrice = 0, sentiment = 0 }, index) => [
      { time: first + index * HOUR, price: firstPrice, sentiment },
      { time: first + (index + 1) * HOUR - 1, price: lastPrice },
    ],
  );

for (const [store, options] of STORES) {
  test(`${store}: with a fixed end, later samples change no record`, options, async (t) => {
    const service = await startKept(t, store, () => START + 90 * DAY, { CACHE_TTL: '0' });
    await service.keep(samplesOf(50, 1));
    const path = `/track-record?from=oldest&to=${new Date(START + 50 * DAY).toISOString()}`;
    const before = await (await service.get(path)).text();
    assert.match(before, /"finding":"no_different"/);
    await service.keep(samplesOf(30, 2, START + 50 * DAY));
    await service.keep([{ time: START + 300 * DAY, price: 1, sentiment: 1 }]);
    // Reads the store again.
    await service.get();
    assert.equal(await (await service.get(path)).text(), before);
    const longer = await json(service.get('/track-record'));
    assert.equal(longer.to, '2016-03-31T00:00:00Z');
    assert.equal(longer.horizons[0].all.hours, 80 * 24);
  });

  test(`${store}: a changed sample changes the record`, options, async (t) => {
    const service = await startKept(t, store, () => START + 30 * DAY, { CACHE_TTL: '0' });
    await service.keep(samplesOf(20, 3));
    const ask = async () => {
      await service.get();
      return json(service.get('/track-record'));
    };
    const first = await ask();
    assert.deepEqual(await ask(), first);
    await service.forget({ from: START + 5 * DAY, to: START + 5 * DAY + 1 });
    await service.keep([{ time: START + 5 * DAY, price: 1, sentiment: 0 }]);
    const second = await ask();
    assert.notDeepEqual(second.horizons[0].all, first.horizons[0].all);
  });
}

test('a record can be revalidated; odd ranges are empty records with a sentence, or clear problems', async (t) => {
  const service = await startKept(t, 'SQLite', () => START + 30 * DAY);
  const fewest = 'Not enough data to tell: 0 independent lit hours; at least 40 are needed.';
  const empty = await json(service.get('/track-record'));
  assert.equal(empty.conclusion, fewest);
  await service.keep(samplesOf(20, 4));
  for (const [query, from, to, hours] of [
    ['', '2016-01-01', '2016-01-31', 480],
    ['from=2012-01-01&to=2012-02-01', '2012-02-01', '2012-02-01', 0],
    ['from=2016-01-02T05:00:00Z&to=2016-01-02T06:00:00Z', '2016-01-02T05', '2016-01-02T06', 1],
    ['from=2016-01-02T05:10:00Z&to=2016-01-02T05:20:00Z', '2016-01-02T05', '2016-01-02T05', 0],
    ['from=-100y', '2016-01-01', '2016-01-31', 480],
    ['from=2016-01-30', '2016-01-30', '2016-01-31', 0],
    ['to=2116-01-01', '2016-01-01', '2016-01-31', 480],
  ] as const) {
    const response = await service.get(`/track-record?${query}`);
    const body = await json(response);
    assert.equal(response.status, 200, query);
    assert.ok(body.from.startsWith(from) && body.to.startsWith(to), `${query}: ${body.from} to ${body.to}`);
    assert.equal(body.horizons[0].all.hours, hours, query);
    assert.match(body.conclusion, hours === 0 ? /^Not enough data to tell: 0 independent/ : /^./);
    const etag = response.headers.get('etag') ?? '';
    assert.equal((await service.get(`/track-record?${query}`, { 'if-none-match': etag })).status, 304);
  }
  for (const [query, detail] of [
    ['from=now&to=-1d', 'from must be before to'],
    ['from=soon', /^from is not a time/],
    ['to=now&to=now', 'to must be given only once'],
  ] as const) {
    const response = await service.get(`/track-record?${query}`);
    assert.equal(response.status, 400);
    const body = await json(response);
    if (typeof detail === 'string') assert.equal(body.detail, detail);
    else assert.match(body.detail, detail);
  }
});

test('the command prints the record', async (t) => {
  const service = await startKept(t, 'SQLite', () => START + 60 * DAY);
  await service.keep(samplesOf(50, 5));
  const env = { SOURCE: 'senticrypt', PORT: '1' };
  const printed = await command(t, ['record', '--url', service.address], env);
  assert.equal(printed.code, 0, printed.stderr);
  assert.match(printed.stdout, /^After lit hours, (no difference was found|the price was higher)/m);
  assert.match(printed.stdout, /^1h +lit +\d+ +\d+ +\d+\.\d % +[+-]?\d+\.\d\d % +[+-]?\d+\.\d\d %$/m);
  assert.match(printed.stdout, /difference: [+-]?\d+\.\d points; 95 % interval/);
  assert.match(printed.stdout, /difference: .*independent hours: \d+ lit, \d+ not lit$/m);
  const asJson = await command(t, ['record', '--url', service.address, '--json', '--to', '2016-02-01'], env);
  assert.deepEqual(JSON.parse(asJson.stdout), await json(service.get('/track-record?to=2016-02-01')));
  assert.equal((await command(t, ['record', '--from', 'soon'], env)).code, 64);
  const none = await command(t, ['record'], env);
  assert.equal(none.code, 3);
  assert.match(none.stderr, /the store holds no samples$/m);
});
