import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { PricePoint } from '../../src/exchanges/price-agreement.ts';
import { type PriceUpdate, updatePrice } from '../../src/exchanges/price-update.ts';
import { EMPTY_PRICE_STATE } from '../../src/exchanges/saved-state.ts';
import { EXCHANGE_FORMATS, type ExchangeName } from '../support/upstreams/exchange-formats.ts';
import {
  EXCHANGE_NAMES as EXCHANGES,
  type ExchangeFault,
  type FakeExchanges,
  openExchanges,
  startExchanges,
} from '../support/upstreams/exchanges.ts';

const NOON = Date.UTC(2026, 0, 1, 12);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The market's price: the exchanges are some dollars apart from it. */
const market = (time: number) => 60_000 + (Math.floor(time / MINUTE) % 500);
const factorOf = (name: ExchangeName) => 1 + EXCHANGES.indexOf(name) / 1000;

/** The requests for the candles of a day, as far back as the exchange has them. */
function candleRequests(name: ExchangeName): number {
  const { candles } = EXCHANGE_FORMATS[name];
  return candles ? Math.ceil(Math.min(1440, candles.reachMinutes) / candles.maxRows) : 0;
}

interface Trial {
  readonly servers: FakeExchanges;
  /** The stored prices; the first write wins. */
  readonly kept: Map<number, number>;
  /** So many ticks of 30 s. */
  run(ticks: number): Promise<readonly PriceUpdate[]>;
  now(): number;
}

/** Only a silent exchange uses up the deadline; otherwise it is long enough for a busy machine. */
async function startTrial(t: TestContext, deadlineMs = 20_000): Promise<Trial> {
  let now = NOON;
  const servers = await startExchanges(t, { price: market, clock: () => now });
  for (const server of servers.all) server.factor = factorOf(server.name);
  const exchanges = openExchanges(servers.addresses, {
    deadlineMs,
  });
  const kept = new Map<number, number>();
  let state = EMPTY_PRICE_STATE;
  async function tick(): Promise<PriceUpdate> {
    now += 30_000;
    const points = [...kept].map(([time, price]): PricePoint => ({ time, price }));
    points.sort((one, other) => one.time - other.time);
    const { signal } = new AbortController();
    const pass = await updatePrice({ exchanges, now, stored: points, state, signal });
    state = JSON.parse(JSON.stringify(pass.state));
    for (const { time, price } of pass.filled) {
      assert.ok(!kept.has(time), 'stored minutes are not filled again');
      kept.set(time, price);
    }
    const { price } = pass.agreement;
    if (price !== undefined && !kept.has(now)) kept.set(now, price);
    return pass;
  }
  return {
    servers,
    kept,
    now: () => now,
    async run(ticks) {
      const passes: PriceUpdate[] = [];
      for (let at = 0; at < ticks; at += 1) passes.push(await tick());
      return passes;
    },
  };
}

/** The number of stored prices in each minute from `from` on. */
function countByMinute(kept: ReadonlyMap<number, number>, from: number): number[] {
  const counts = new Map<number, number>();
  for (const time of kept.keys()) {
    const minute = Math.floor((time - from) / MINUTE);
    if (minute >= 0) counts.set(minute, (counts.get(minute) ?? 0) + 1);
  }
  return Array.from({ length: Math.max(...counts.keys()) + 1 }, (_, minute) => counts.get(minute) ?? 0);
}

test('the first pass fills a day and has the current price; later ones send one request per exchange', async (t) => {
  const { servers, kept, run } = await startTrial(t);
  const [first] = await run(1);
  assert.equal(first?.filled.length, 1439);
  assert.deepEqual(first?.agreement.used, EXCHANGES);
  const before = EXCHANGES.map((name) => servers[name].requests.length);
  assert.deepEqual(
    before,
    EXCHANGES.map((name) => 1 + candleRequests(name)),
  );
  const { coinbase, kraken, bitstamp } = servers;
  assert.deepEqual(
    [coinbase, kraken, bitstamp].map(({ requests }) => requests.length),
    [6, 2, 1],
  );
  await run(10);
  assert.deepEqual(
    EXCHANGES.map((name) => servers[name].requests.length),
    before.map((count) => count + 10),
  );
  for (const { name, maxConcurrentRequests } of servers.all)
    assert.equal(maxConcurrentRequests, 1, `never two calls at once to ${name}`);
  const counts = countByMinute(kept, NOON - DAY);
  assert.deepEqual([...new Set(counts.slice(1, 1440))], [1], 'filled minutes hold one');
  assert.deepEqual([...new Set(counts.slice(1441, 1445))], [2], 'ticked ones two');
});

test('after all exchanges are down for half an hour, the price returns and the gap is filled', async (t) => {
  const { servers, kept, run, now } = await startTrial(t);
  await run(5);
  const from = now();
  for (const server of servers.all) server.fault = { type: 'reset' };
  servers.kraken.fault = { type: 'status', status: 502 };
  servers.bitstamp.fault = { type: 'html' };
  const reasons = new RegExp(`^${EXCHANGES.map((name) => `${name}: .*`).join('; ')}$`);
  for (const { agreement, absence, filled } of await run(60)) {
    assert.equal(agreement.price, undefined);
    assert.match(absence ?? '', reasons);
    assert.deepEqual(filled, []);
  }
  for (const server of servers.all) server.fault = undefined;
  const [back] = await run(2);
  assert.deepEqual(back?.agreement.used, EXCHANGES, 'at the next tick');
  const counts = countByMinute(kept, NOON);
  assert.equal(counts.length, 34);
  assert.ok(
    counts.every((count) => count > 0),
    `${counts}`,
  );
  const highest = Math.max(...EXCHANGES.map(factorOf));
  for (const [time, price] of kept) {
    if (time > from) assert.ok(price >= market(time) && price <= market(time) * highest, `${time}`);
  }
});

const faults: readonly [what: string, apply: ExchangeFault | number | 'yesterday'][] = [
  ['moved by 30 %', 1.3],
  ['moved down by 30 %', 0.7],
  ['silent', { type: 'silent' }],
  ['HTML', { type: 'html' }],
  ['429', { type: 'status', status: 429 }],
  ['429 with a time', { type: 'status', status: 429, retryAfter: '45' }],
  ['451', { type: 'status', status: 451 }],
  ['500', { type: 'status', status: 500 }],
  ['an error in a 200', { type: 'error_in_200' }],
  ['a price of 0', { type: 'price', json: '0' }],
  ["yesterday's quote", 'yesterday'],
  ['a cut body', { type: 'cut' }],
  ['a redirect to another host', { type: 'redirect', to: 'http://127.0.0.2:1/' }],
];

for (const [what, apply] of faults) {
  test(`one exchange with ${what}: every price of the last three hours is within the range of the others`, async (t) => {
    for (const name of EXCHANGES) {
      const { servers, kept, run, now } = await startTrial(t, what === 'silent' ? 1000 : undefined);
      // The first start is the hardest case: there are no stored prices to compare with.
      if (typeof apply === 'number') servers[name].factor = apply;
      else if (apply === 'yesterday') servers[name].lastTrade = NOON - DAY;
      else servers[name].fault = apply;
      const passes = await run(4);
      const rangeOf = (names: readonly ExchangeName[]) => {
        const factors = names.map(factorOf);
        return [Math.min(...factors) - 1e-6, Math.max(...factors) + 1e-6] as const;
      };
      const range = rangeOf(EXCHANGES.filter((one) => one !== name));
      // Few have candles, and the faulty one's may be right.
      const filledRange = rangeOf(EXCHANGES.filter((one) => EXCHANGE_FORMATS[one].candles));
      for (const [time, price] of kept) {
        if (time < now() - 3 * HOUR) continue;
        const part = price / market(time);
        const isFilled = time % MINUTE === MINUTE - 1;
        const [from, to] = isFilled ? filledRange : range;
        assert.ok(part >= from && part <= to, `${name}: ${price} is ${part} of the market's`);
      }
      const ticked = passes.filter(({ agreement }) => agreement.price !== undefined);
      assert.equal(ticked.length, 4, 'two honest ones are enough');
    }
  });
}

for (const [what, minutesAgo, isAgreed] of [
  ['the filled minute before it', 12, false],
  ['what is kept, where that is newer', 0, true],
] as const) {
  test(`a single quote is compared with ${what}`, async (t) => {
    const { servers, kept, run } = await startTrial(t);
    for (const server of servers.all) if (server.name !== 'kraken') server.fault = { type: 'reset' };
    // Kraken's last trade is 30 % off its candles, and near the stored prices.
    servers.kraken.factorAt = (time) => (time % MINUTE === MINUTE - 1 ? 1 : 1.3);
    kept.set(NOON - minutesAgo * MINUTE, market(NOON) * 1.3);
    const [pass] = await run(1);
    assert.ok(pass && pass.filled.length > 700);
    assert.equal(pass.agreement.price !== undefined, isAgreed);
    assert.equal(/kraken: the only exchange, and 30 % from the last/.test(pass.absence ?? ''), !isAgreed);
  });
}

test('an exchange whose quote failed gets no request for candles in the same pass', async (t) => {
  for (const fault of [
    { type: 'status', status: 429 },
    { type: 'reset' },
    { type: 'silent' },
  ] as const satisfies ExchangeFault[]) {
    const { servers, run } = await startTrial(t, fault.type === 'silent' ? 1000 : undefined);
    const others = servers.all.filter(({ name }) => name !== 'kraken');
    for (const server of others) server.fault = fault;
    const [pass] = await run(1);
    for (const { name, requests } of others) assert.equal(requests.length, 1, name);
    assert.equal(pass?.filled.length, 719, 'as far as kraken goes');
  }
});

test('refused candles show in the status at once, and the quote of the same pass still counts', async (t) => {
  const { servers, run } = await startTrial(t);
  servers.kraken.candleFault = { type: 'status', status: 429 };
  const [pass] = await run(1);
  assert.deepEqual(pass?.agreement.used, EXCHANGES);
  assert.equal(pass?.state.statuses['kraken']?.state, 'resting');
  assert.deepEqual(Object.keys(pass?.faults ?? {}), ['kraken']);
  const [next] = await run(1);
  assert.deepEqual(
    next?.agreement.used,
    EXCHANGES.filter((name) => name !== 'kraken'),
  );
  assert.equal(servers.kraken.requests.length, 2);
});
