import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { freePort } from '../../scripts/redis/start.ts';
import type { PricePoint } from '../../src/exchanges/price-agreement.ts';
import { type CombinedQuotes, combineQuotes, fetchQuotes } from '../../src/exchanges/quotes.ts';
import { EMPTY_PRICE_STATE } from '../../src/exchanges/saved-state.ts';
import { USER_AGENT } from '../../src/outbound/user-agent.ts';
import { EXCHANGE_FORMATS, type ExchangeName } from '../support/upstreams/exchange-formats.ts';
import {
  EXCHANGE_NAMES as EXCHANGES,
  type ExchangeFault,
  type FakeExchanges,
  openExchanges,
  startExchanges,
} from '../support/upstreams/exchanges.ts';
import { startUpstream } from '../support/upstreams/upstream.ts';

const NOON = Date.UTC(2026, 0, 1, 12);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

interface Trial {
  readonly servers: FakeExchanges;
  /** One tick, some time after the last one; the state goes through JSON in between. */
  tick(step?: number, kept?: PricePoint): Promise<CombinedQuotes>;
  now(): number;
}

/** 60,000 for the first exchange of the list, 60,100 for the second, and so on. */
const priceOf = (name: ExchangeName) => 60_000 + 100 * EXCHANGES.indexOf(name);

const allBut = (...names: ExchangeName[]) => EXCHANGES.filter((one) => !names.includes(one));

/** The middle price of exchanges in the order of the list, or the mean of the two in the middle. */
function median(names: readonly ExchangeName[]): number {
  const prices = names.map(priceOf);
  const at = (index: number) => prices[index] ?? Number.NaN;
  return (at(Math.floor((prices.length - 1) / 2)) + at(Math.floor(prices.length / 2))) / 2;
}

/** Each exchange of the list trades at its own price, and a clock is moved by hand. */
async function startTrial(t: TestContext, deadline = 3000): Promise<Trial> {
  let now = NOON;
  const servers = await startExchanges(t, { price: () => 60_000, clock: () => now });
  for (const name of EXCHANGES) servers[name].factor = priceOf(name) / 60_000;
  const exchanges = openExchanges(servers.addresses, {
    deadlineMs: deadline,
  });
  let state = EMPTY_PRICE_STATE;
  return {
    servers,
    now: () => now,
    async tick(step = 30_000, kept = undefined) {
      now += step;
      const { signal } = new AbortController();
      const pass = combineQuotes(await fetchQuotes({ exchanges, now, state, signal }), now, kept);
      state = JSON.parse(JSON.stringify(pass.state));
      assert.deepEqual(state, pass.state, 'the state is plain JSON');
      return pass;
    },
  };
}

test('all servers give the median, with one request each', async (t) => {
  const { servers, tick, now } = await startTrial(t);
  const { agreement, absence, state } = await tick();
  assert.deepEqual(agreement, { price: median(EXCHANGES), used: EXCHANGES, unused: {} });
  assert.equal(absence, undefined);
  for (const name of EXCHANGES) {
    const { base, ticker } = EXCHANGE_FORMATS[name];
    const [{ path, userAgent } = {}, ...more] = servers[name].requests;
    assert.deepEqual([path?.split('?')[0], userAgent, more], [base + ticker, USER_AGENT, []]);
    const { latency, ...standing } = state.statuses[name] ?? {};
    const price = priceOf(name);
    assert.deepEqual(standing, { name, state: 'ok', since: now(), lastSuccess: now(), price, used: true });
    assert.ok(latency !== undefined && latency >= 0 && latency < 3000);
  }
});

const json = (value: string): ExchangeFault => ({ type: 'price', json: value });
const status = (code: number, retryAfter?: string): ExchangeFault => ({
  type: 'status',
  status: code,
  ...(retryAfter !== undefined && { retryAfter }),
});

const faults: readonly [what: string, fault: ExchangeFault, state: 'resting' | 'failing', reason: RegExp][] =
  [
    ['is silent', { type: 'silent' }, 'failing', /took more than 1 s/],
    ['resets', { type: 'reset' }, 'failing', /cannot be reached: connection closed/],
    ['answers HTML', { type: 'html' }, 'failing', /not JSON/],
    ['answers 429', status(429), 'resting', /too many requests; next request after 2026-01-01T12:01:30Z/],
    ['answers 429 with a time', status(429, '90'), 'resting', /next request after 2026-01-01T12:02:00Z/],
    ['answers 403', status(403), 'resting', /answered 403; next request after 2026-01-01T13:00:30Z/],
    ['answers 451', status(451), 'resting', /answered 451; next request after 2026-01-01T13:00:30Z/],
    ['answers 500', status(500), 'failing', /answered 500/],
    ['answers 503 with a time', status(503, '90'), 'failing', /answered 503/],
    ['answers 404', status(404), 'failing', /answered 404/],
    ['answers 204', status(204), 'failing', /answered 204/],
    ['says in a 200 that it is asked too often', { type: 'error_in_200' }, 'resting', /too many requests/],
    [
      'says so with a time',
      { type: 'error_in_200', retryAfter: '90' },
      'resting',
      /next request after 2026-01-01T12:02:00Z/,
    ],
    [
      'locks out',
      { type: 'error_in_200', message: 'EGeneral:Temporary lockout' },
      'resting',
      /too many requests/,
    ],
    [
      'answers 429 and never ends its body',
      { type: 'status', status: 429, retryAfter: '90', isEndless: true },
      'resting',
      /next request after 2026-01-01T12:02:00Z/,
    ],
    [
      'says something else in a 200',
      { type: 'error_in_200', message: 'EQuery:<b>Unknown' },
      'failing',
      /an error: .*Unknown/,
    ],
    ['has a price of 0', json('0'), 'failing', /not a price/],
    ['has a price of 0 in text', json('"0.00"'), 'failing', /not a price/],
    ['has a negative price', json('-60100'), 'failing', /not a price/],
    ['has NaN', json('"NaN"'), 'failing', /not a price/],
    ['has 1e400', json('1e400'), 'failing', /not a price/],
    ['has 1e400 in text', json('"1e400"'), 'failing', /not a price/],
    ['has null', json('null'), 'failing', /not a price/],
    ['has a list', json('[60100]'), 'failing', /./],
    ['has a price that no JSON is', json('0x10'), 'failing', /not JSON/],
    ['breaks off in its body', { type: 'cut' }, 'failing', /closed the connection during its response/],
    [
      'sends to another host',
      { type: 'redirect', to: 'http://127.0.0.2:1/' },
      'failing',
      /redirects to another host/,
    ],
    ['sends null', { type: 'body', text: 'null' }, 'failing', /unexpected shape/],
    ['sends the wrong kind of JSON', { type: 'wrong_shape' }, 'failing', /unexpected shape/],
    ['sends nothing', { type: 'body', text: '' }, 'failing', /not JSON/],
    [
      'sends an error that is no text',
      { type: 'error_in_200', message: { toString: 1 } },
      'failing',
      /an error: /,
    ],
    ['sends brackets', { type: 'body', text: '['.repeat(200_000) }, 'failing', /./],
    ['sends 5 MB', { type: 'body', text: `[${'0,'.repeat(2_500_000)}0]` }, 'failing', /more than 0\.5 MiB/],
  ];

const isEndless = (fault: ExchangeFault) =>
  fault.type === 'silent' || ('isEndless' in fault && fault.isEndless);

for (const [what, fault, state, reason] of faults) {
  test(`an exchange that ${what}: the others' median, and its state says why`, async (t) => {
    for (const name of EXCHANGES) {
      // Only an exchange without an end is waited for.
      const { servers, tick, now } = await startTrial(t, isEndless(fault) ? 1000 : 10_000);
      servers[name].fault = fault;
      const { agreement, absence, state: after } = await tick();
      assert.deepEqual(agreement.used, allBut(name));
      assert.equal(agreement.price, median(allBut(name)));
      assert.equal(absence, undefined);
      const { reason: why = '', latency, ...standing } = after.statuses[name] ?? {};
      assert.deepEqual(standing, { name, state, since: now(), used: false }, why);
      assert.match(why, reason);
      assert.ok(latency !== undefined);
    }
  });
}

/** Kraken's answer with a list of errors and warnings; `null`: without a result. */
const krakenBody = (error: unknown, last: string | null): ExchangeFault => ({
  type: 'body',
  text: JSON.stringify({
    error,
    ...(last !== null && { result: { XXBTZUSD: { c: [last, '1'], v: ['1', '2'], t: [1, 2] } } }),
  }),
});

test('Kraken’s warnings are shown and its quote counts; its errors are errors', async (t) => {
  const { servers, tick } = await startTrial(t);
  const hear = async (fault: ExchangeFault) => {
    servers.kraken.fault = fault;
    const { agreement, state } = await tick();
    const { state: how, reason, used } = state.statuses['kraken'] ?? {};
    assert.equal(agreement.used.includes('kraken'), used);
    return [how, reason, used];
  };
  const warned = (words: string) => ['ok', `the exchange warns: ${words}`, true];
  assert.deepEqual(await hear(krakenBody([], '60100')), ['ok', undefined, true]);
  for (const [words, shown] of [
    [['WGeneral:Danger'], 'WGeneral:Danger'],
    [['WAPI:Rate limit exceeded soon'], 'WAPI:Rate limit exceeded soon'],
    [
      ['WService:Maintenance at <b>12:00</b>', 'WQuery:Old name'],
      'WService:Maintenance at  b 12:00 b , WQuery:Old name',
    ],
    ['WGeneral:No list', 'WGeneral:No list'],
  ] as const) {
    assert.deepEqual(await hear(krakenBody(words, '60100')), warned(shown));
  }
  assert.deepEqual(await hear(krakenBody(['WGeneral:Danger'], '70000')), [
    'ok',
    '16 % from the median; the exchange warns: WGeneral:Danger',
    false,
  ]);
  for (const [words, last, why] of [
    [
      ['WGeneral:Danger', 'EGeneral:Internal error'],
      '60100',
      'the source sent an error: EGeneral:Internal error',
    ],
    [['EService:Busy'], '60100', 'the source sent an error: EService:Busy'],
    [['Unknown severity'], '60100', 'the source sent an error: Unknown severity'],
    [[7], '60100', 'the source sent an error: 7'],
    [['WGeneral:Danger'], null, 'the source sent an error: WGeneral:Danger'],
  ] as const) {
    assert.deepEqual(await hear(krakenBody(words, last)), ['failing', why, false]);
  }
  assert.match(
    String((await hear(krakenBody(['WAPI:x', 'EAPI:Rate limit exceeded'], '60100')))[1]),
    /too many requests/,
  );
});

test('an unreachable exchange is left out', async (t) => {
  const { servers } = await startTrial(t);
  const kraken = `http://127.0.0.1:${await freePort()}/0/public`;
  const exchanges = openExchanges({ ...servers.addresses, kraken });
  const { signal } = new AbortController();
  const state = EMPTY_PRICE_STATE;
  const { agreement } = combineQuotes(
    await fetchQuotes({ exchanges, now: NOON, state, signal }),
    NOON,
    undefined,
  );
  const others = allBut('kraken');
  assert.deepEqual(agreement, { price: median(others), used: others, unused: {} });
});

test('an exchange that fails gets a request at the next tick, and counts again', async (t) => {
  const { servers, tick } = await startTrial(t);
  servers.coinbase.fault = { type: 'reset' };
  const failed = await tick();
  const { since } = failed.state.statuses['coinbase'] ?? {};
  const still = await tick();
  assert.equal(still.state.statuses['coinbase']?.since, since, 'since when it fails');
  servers.coinbase.fault = undefined;
  const back = await tick();
  assert.deepEqual(back.agreement.used, EXCHANGES);
  assert.equal(back.state.statuses['coinbase']?.reason, undefined);
});

for (const name of EXCHANGES) {
  test(`${name} moved by 30 % either way: the price stays between the others`, async (t) => {
    const { servers, tick } = await startTrial(t);
    for (const factor of [1.3, 0.7, 1.04, 1e6, 1e-6]) {
      servers[name].factor = factor;
      const { agreement, state } = await tick();
      const honest = allBut(name);
      const prices = honest.map((one) => state.statuses[one]?.price ?? 0);
      const { price = 0 } = agreement;
      assert.ok(price >= Math.min(...prices) && price <= Math.max(...prices), `${price}`);
      assert.deepEqual(agreement.used, honest);
      assert.equal(state.statuses[name]?.state, 'ok', 'it answers');
      assert.equal(state.statuses[name]?.used, false);
      assert.match(state.statuses[name]?.reason ?? '', /% from the median/);
    }
  });
}

for (const name of EXCHANGES.filter((one) => EXCHANGE_FORMATS[one].hasTime)) {
  test(`${name} with yesterday's quote is left out by its own time`, async (t) => {
    const { servers, tick, now } = await startTrial(t);
    servers[name].lastTrade = now() - DAY;
    const { agreement, state } = await tick();
    assert.deepEqual(agreement.used, allBut(name));
    assert.equal(state.statuses[name]?.state, 'failing');
    assert.match(state.statuses[name]?.reason ?? '', /^its last trade is 864\d\d s old$/);
  });
}

for (const name of EXCHANGES.filter((one) => !EXCHANGE_FORMATS[one].hasTime)) {
  test(`${name}, which gives no time, is left out after five minutes without a trade, until the next`, async (t) => {
    const { servers, tick, now } = await startTrial(t);
    servers[name].lastTrade = now() - DAY;
    await tick();
    for (let minute = 1; minute < 5; minute += 1) {
      assert.ok((await tick(MINUTE)).agreement.used.includes(name), `after ${minute} minutes`);
    }
    const { agreement, state } = await tick(MINUTE);
    const reason = 'no trade for five minutes';
    assert.deepEqual(agreement, {
      price: median(allBut(name)),
      used: allBut(name),
      unused: { [name]: reason },
    });
    assert.equal(state.statuses[name]?.state, 'failing');
    assert.equal(state.statuses[name]?.reason, reason);
    servers[name].lastTrade = undefined;
    assert.deepEqual((await tick()).agreement.used, EXCHANGES);
  });
}

test('a resting exchange gets no requests, and its back-offs grow until it answers', async (t) => {
  const { servers, tick, now } = await startTrial(t);
  const { requests } = servers.kraken;
  servers.kraken.fault = { type: 'error_in_200', message: 'EService: Throttled: 1767268830' };
  const asked: number[] = [];
  for (let at = 0; at < 20; at += 1) {
    const before = requests.length;
    const { state } = await tick();
    assert.equal(state.statuses['kraken']?.state, 'resting');
    if (requests.length > before) asked.push((now() - NOON) / 1000);
  }
  assert.deepEqual(asked, [30, 90, 210, 450], 'a minute, two, four, eight');
  servers.kraken.fault = undefined;
  const { agreement, state } = await tick(HOUR);
  assert.deepEqual(agreement.used, EXCHANGES);
  assert.deepEqual(state.backOffs, {});
});

test('with all exchanges down there is no price, and one line says why; the next tick has one', async (t) => {
  const { servers, tick } = await startTrial(t, 300);
  for (const server of servers.all) server.fault = { type: 'reset' };
  servers.kraken.fault = { type: 'silent' };
  servers.bitstamp.fault = { type: 'html' };
  const { agreement, absence, state } = await tick();
  assert.equal(agreement.price, undefined);
  const reasons: Partial<Record<ExchangeName, string>> = {
    kraken: 'the source took more than 0.3 s',
    bitstamp: 'the source sent something that is not JSON',
  };
  const reset = 'the source cannot be reached: connection closed';
  assert.equal(absence, EXCHANGES.map((name) => `${name}: ${reasons[name] ?? reset}`).join('; '));
  for (const name of EXCHANGES) assert.equal(state.statuses[name]?.state, 'failing');
  for (const server of servers.all) server.fault = undefined;
  assert.equal((await tick()).agreement.price, median(EXCHANGES));
});

test('a single exchange is compared with the last stored price', async (t) => {
  const { servers, tick, now } = await startTrial(t);
  for (const name of allBut('kraken')) servers[name].fault = { type: 'reset' };
  const kept = { time: now(), price: 60_000 };
  assert.equal((await tick(30_000, kept)).agreement.price, priceOf('kraken'));
  servers.kraken.factor = 1.3;
  const { agreement, absence } = await tick(30_000, kept);
  assert.equal(agreement.price, undefined);
  assert.match(absence ?? '', /kraken: the only exchange, and 30 % from the last stored price/);
});

test('a redirect on the same host is followed; another host gets no request', async (t) => {
  const elsewhere = await startUpstream(t, '{"price":"1","time":"2026-01-01T12:00:30Z"}');
  const { servers, tick } = await startTrial(t);
  servers.coinbase.fault = { type: 'redirect', to: elsewhere.url };
  assert.deepEqual((await tick()).agreement.used, allBut('coinbase'));
  assert.equal(elsewhere.requests(), 0);
});

test('an aborted pass ends at once, with the reason', async (t) => {
  const servers = await startExchanges(t);
  for (const server of servers.all) server.fault = { type: 'silent' };
  const exchanges = openExchanges(servers.addresses);
  const end = new AbortController();
  const reason = new Error('enough');
  const { signal } = end;
  const pass = fetchQuotes({ exchanges, now: NOON, state: EMPTY_PRICE_STATE, signal });
  setTimeout(() => end.abort(reason), 50);
  await assert.rejects(pass, reason);
});

test('a base URL may have a path, with or without a slash at its end', async (t) => {
  const { servers } = await startTrial(t);
  for (const ending of ['', '/']) {
    const [kraken] = openExchanges({ kraken: servers.addresses.kraken + ending });
    const quote = await kraken?.quote(new AbortController().signal);
    assert.equal(quote?.price, priceOf('kraken'));
  }
});
