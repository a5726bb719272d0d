import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { type Backfill, backfill } from '../../src/exchanges/backfill.ts';
import type { Closes, Exchange } from '../../src/exchanges/exchange.ts';
import { minutesWithoutPrice } from '../../src/exchanges/missing-minutes.ts';
import type { PricePoint } from '../../src/exchanges/price-agreement.ts';
import { combineQuotes, fetchQuotes } from '../../src/exchanges/quotes.ts';
import { EMPTY_PRICE_STATE } from '../../src/exchanges/saved-state.ts';
import { EXCHANGE_FORMATS, type ExchangeName } from '../support/upstreams/exchange-formats.ts';
import {
  EXCHANGE_NAMES,
  type ExchangeFault,
  type FakeExchanges,
  openExchanges,
  startExchanges,
} from '../support/upstreams/exchanges.ts';

const NOON = Date.UTC(2026, 0, 1, 12);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A price that changes slowly each minute. */
const market = (time: number) => 60_000 + (Math.floor(time / MINUTE) % 500);

interface Trial {
  readonly servers: FakeExchanges;
  /** The stored prices; passes add to them. */
  readonly kept: PricePoint[];
  /** A pass, some time after the last one; the state goes through JSON in between. */
  pass(step?: number): Promise<Backfill>;
  /** Candle calls so far. */
  calls(): { coinbase: number; kraken: number; bitstamp: number };
  move(step: number): number;
  readonly exchanges: readonly Exchange[];
}

/** Two exchanges with candles, one of which has them for twelve hours only, and one without. */
const TRIO = ['coinbase', 'kraken', 'bitstamp'] as const;

/** Only a silent exchange uses up the deadline; otherwise it is long enough for a busy machine. */
async function startTrial(
  t: TestContext,
  { names = TRIO, deadlineMs = 20_000 }: { names?: readonly ExchangeName[]; deadlineMs?: number } = {},
): Promise<Trial> {
  // Thirty seconds into a minute.
  let now = NOON + 30_000;
  const servers = await startExchanges(t, { price: market, clock: () => now });
  const addresses = Object.fromEntries(names.map((name) => [name, servers.addresses[name]]));
  const exchanges = openExchanges(addresses, { deadlineMs });
  const kept: PricePoint[] = [];
  let state = EMPTY_PRICE_STATE;
  return {
    servers,
    exchanges,
    kept,
    async pass(step = 0) {
      now += step;
      const { signal } = new AbortController();
      const filled = await backfill({ exchanges, now, stored: kept, state, signal });
      state = JSON.parse(JSON.stringify(filled.state));
      assert.deepEqual(state, filled.state, 'the state is plain JSON');
      kept.push(...filled.filled);
      kept.sort((one, other) => one.time - other.time);
      return filled;
    },
    calls: () => ({
      coinbase: servers.coinbase.requests.length,
      kraken: servers.kraken.requests.length,
      bitstamp: servers.bitstamp.requests.length,
    }),
    move(step) {
      now += step;
      return now;
    },
  };
}

/** A price each half minute up to a time, as ticks keep them. */
function ticks(from: number, to: number): PricePoint[] {
  const count = Math.max(0, Math.floor((to - from) / 30_000));
  return Array.from({ length: count }, (_, index) => {
    const time = from + index * 30_000;
    return { time, price: market(time) };
  });
}

test('at the first start, every closed minute of the last 24 hours gets a price, in a few calls', async (t) => {
  const { pass, calls } = await startTrial(t);
  const { filled: samples, faults } = await pass();
  const expected = Array.from({ length: 1439 }, (_, index) => {
    const time = NOON - (1439 - index) * MINUTE + MINUTE - 1;
    return { time, price: market(time) };
  });
  assert.deepEqual(samples, expected);
  assert.deepEqual(faults, {});
  assert.deepEqual(calls(), { coinbase: 5, kraken: 1, bitstamp: 0 });

  assert.deepEqual((await pass()).filled, []);
  assert.deepEqual(
    calls(),
    { coinbase: 5, kraken: 1, bitstamp: 0 },
    'nothing is missing, so there is no request',
  );
});

test('a minute is requested ten seconds after its close at the earliest', async (t) => {
  const { kept, pass, calls } = await startTrial(t);
  kept.push(...ticks(NOON - DAY, NOON));
  // 12:01:09.999, 12:01:10.
  assert.deepEqual((await pass(39_999)).filled, []);
  assert.deepEqual(calls(), { coinbase: 0, kraken: 0, bitstamp: 0 });
  const time = NOON + MINUTE - 1;
  assert.deepEqual((await pass(1)).filled, [{ time, price: market(time) }]);
});

test('after an outage only the gap is filled, and no stored price is replaced', async (t) => {
  const { kept, pass, calls } = await startTrial(t);
  kept.push(...ticks(NOON - DAY, NOON - 2 * HOUR), { time: NOON - HOUR, price: 1 });
  const { filled: samples } = await pass();
  assert.equal(samples.length, 119);
  assert.equal(samples[0]?.time, NOON - 2 * HOUR + MINUTE - 1);
  assert.ok(!samples.some(({ time }) => Math.floor(time / MINUTE) * MINUTE === NOON - HOUR));
  assert.deepEqual(calls(), { coinbase: 1, kraken: 1, bitstamp: 0 });
});

test('a minute without trades stays without a price, and is not requested again', async (t) => {
  const { servers, pass, calls } = await startTrial(t);
  const quiet = NOON - 10 * MINUTE;
  for (const exchange of [servers.coinbase, servers.kraken]) exchange.isQuiet = (minute) => minute === quiet;
  const { filled: samples, state } = await pass();
  assert.equal(samples.length, 1438);
  assert.ok(!samples.some(({ time }) => time === quiet + MINUTE - 1));
  assert.deepEqual(state.answeredMinutes, { [quiet]: { coinbase: null, kraken: null } });
  const before = calls();
  assert.deepEqual((await pass(5000)).filled, []);
  assert.deepEqual(calls(), before);
  assert.deepEqual((await pass(DAY)).state.answeredMinutes, {}, 'forgotten after a day');
});

test("minutes before kraken's candles are requested from coinbase alone, once", async (t) => {
  const { servers, pass, calls } = await startTrial(t);
  const [far, near] = [NOON - 20 * HOUR, NOON - 720 * MINUTE];
  servers.coinbase.isQuiet = (minute) => minute === far || minute === near;
  const { filled: samples, state } = await pass();
  assert.equal(samples.length, 1437);
  assert.deepEqual(state.answeredMinutes, { [far]: { coinbase: null }, [near]: { coinbase: null } });
  assert.deepEqual((await pass(5000)).filled, []);
  assert.deepEqual(calls(), { coinbase: 5, kraken: 1, bitstamp: 0 });
});

test('a minute that one exchange has no trades in gets the price of the other', async (t) => {
  const { servers, pass } = await startTrial(t);
  const quiet = NOON - 10 * MINUTE;
  servers.coinbase.isQuiet = (minute) => minute === quiet;
  servers.kraken.isQuiet = (minute) => minute === quiet - MINUTE;
  assert.equal((await pass()).filled.length, 1439);
});

test("minutes after kraken's last closed candle are requested again from kraken, and not from coinbase", async (t) => {
  const { servers, kept, pass, calls } = await startTrial(t);
  kept.push(...ticks(NOON - DAY, NOON - 5 * MINUTE));
  servers.kraken.candleLagMs = 2 * MINUTE;
  servers.coinbase.isQuiet = () => true;
  const first = await pass();
  assert.equal(first.filled.length, 3);
  servers.kraken.candleLagMs = 0;
  const second = await pass(1000);
  assert.equal(second.filled.length, 2);
  assert.deepEqual(calls(), { coinbase: 1, kraken: 2, bitstamp: 0 });
});

test('one exchange’s answer is saved until the other, which was down, answers', async (t) => {
  const { servers, kept, pass, calls } = await startTrial(t);
  kept.push(...ticks(NOON - DAY, NOON - 5 * MINUTE));
  // The only price, and too far from the stored ones.
  servers.coinbase.factor = 1.06;
  servers.kraken.fault = { type: 'reset' };
  const first = await pass();
  assert.deepEqual(first.filled, []);
  assert.match(first.faults['kraken'] ?? '', /cannot be reached/);
  servers.kraken.fault = undefined;
  servers.kraken.factor = 1.06;
  const second = await pass(1000);
  assert.equal(second.filled.length, 5);
  assert.deepEqual(calls(), { coinbase: 1, kraken: 2, bitstamp: 0 });
});

test('a single exchange is compared with the minute before, even a filled one, up to ten minutes back', async (t) => {
  const { servers, kept, pass } = await startTrial(t);
  kept.push(...ticks(NOON - DAY, NOON - 30 * MINUTE));
  servers.kraken.isQuiet = () => true;
  const start = NOON - 30 * MINUTE;
  const jump = NOON - 20 * MINUTE;
  const { coinbase } = servers;
  coinbase.isQuiet = (minute) => minute < start;
  // From 11:40 on, 30 % more: no price is near until the stored ones are older than ten minutes.
  coinbase.factorAt = (time) => (time >= jump ? 1.3 : 1);
  const { filled: samples } = await pass();
  const times = samples.map(({ time }) => (time - NOON + 1) / MINUTE);
  assert.deepEqual(
    times,
    [-29, -28, -27, -26, -25, -24, -23, -22, -21, -20, -9, -8, -7, -6, -5, -4, -3, -2, -1, 0],
  );
});

const faults: readonly [what: string, fault: ExchangeFault][] = [
  ['is silent', { type: 'silent' }],
  ['answers HTML', { type: 'html' }],
  ['answers 500', { type: 'status', status: 500 }],
  ['answers 429', { type: 'status', status: 429 }],
  ['answers 451', { type: 'status', status: 451 }],
  ['has an error in a 200', { type: 'error_in_200' }],
  ['has prices of 0', { type: 'price', json: '0' }],
  ['has prices of 1e400', { type: 'price', json: '1e400' }],
  ['has prices that are none', { type: 'price', json: '"NaN"' }],
  ['breaks off', { type: 'cut' }],
  ['sends to another host', { type: 'redirect', to: 'http://127.0.0.2:1/' }],
  ['sends candles of half minutes', { type: 'body', text: '[[1767268830,1,1,1,1,1]]' }],
  ['sends rows that are none', { type: 'body', text: '[null]' }],
];

for (const [what, fault] of faults) {
  test(`an exchange that ${what}: the other fills the gap alone`, async (t) => {
    for (const name of EXCHANGE_NAMES.filter((one) => EXCHANGE_FORMATS[one].candles)) {
      const names = [name, name === 'coinbase' ? 'kraken' : 'coinbase'] as const;
      const deadline = fault.type === 'silent' ? { deadlineMs: 1000 } : {};
      const { servers, kept, pass } = await startTrial(t, { names, ...deadline });
      kept.push(...ticks(NOON - DAY, NOON - 3 * HOUR));
      servers[name].fault = fault;
      const { filled: samples, faults: told } = await pass();
      assert.deepEqual(
        samples,
        Array.from({ length: 180 }, (_, index) => {
          const time = NOON - 3 * HOUR + (index + 1) * MINUTE - 1;
          return { time, price: market(time) };
        }),
      );
      assert.deepEqual(Object.keys(told), [name]);
      assert.equal(servers[name].requests.length, 1, 'asked once: it failed');
    }
  });
}

test('exchanges that are 30 % apart give no price, and are not requested again', async (t) => {
  const { servers, kept, pass, calls } = await startTrial(t);
  kept.push(...ticks(NOON - DAY, NOON - 3 * HOUR));
  servers.kraken.factor = 1.3;
  assert.deepEqual((await pass()).filled, []);
  assert.deepEqual((await pass(1000)).filled, []);
  assert.deepEqual(calls(), { coinbase: 1, kraken: 1, bitstamp: 0 });
});

test('a back-off covers candles and quotes, whichever was refused', async (t) => {
  const { servers, exchanges, kept, pass, calls, move } = await startTrial(t);
  kept.push(...ticks(NOON - DAY, NOON - 3 * HOUR));
  servers.coinbase.fault = { type: 'status', status: 429 };
  const { state } = await pass();
  const now = move(1000);
  const { signal } = new AbortController();
  const quoted = combineQuotes(await fetchQuotes({ exchanges, now, state, signal }), now, undefined);
  assert.deepEqual(quoted.agreement.used, ['kraken', 'bitstamp']);
  assert.equal(quoted.state.statuses['coinbase']?.state, 'resting');
  assert.equal(calls().coinbase, 1);

  const refused = { ...EMPTY_PRICE_STATE, backOffs: quoted.state.backOffs };
  await backfill({ exchanges, now, stored: ticks(NOON - DAY, NOON - HOUR), state: refused, signal });
  assert.equal(calls().coinbase, 1);
});

test('missing minutes are whole ones of the last 24 hours that ended ten seconds ago', () => {
  assert.equal(minutesWithoutPrice([], NOON).length, 1439);
  assert.equal(minutesWithoutPrice([], NOON + 9999).at(-1), NOON - 2 * MINUTE);
  assert.equal(minutesWithoutPrice([], NOON + 10_000).at(-1), NOON - MINUTE);
  assert.deepEqual(minutesWithoutPrice(ticks(NOON - DAY, NOON - 3 * MINUTE), NOON + 30_000), [
    NOON - 3 * MINUTE,
    NOON - 2 * MINUTE,
    NOON - MINUTE,
  ]);
});

test('one exchange never fills a minute out of the range of the other two', async () => {
  const now = NOON + 30_000;
  const minutes = Array.from({ length: 30 }, (_, index) => NOON - (30 - index) * MINUTE);
  const exchange = (name: string, prices: readonly (number | undefined)[]): Exchange => {
    const known = minutes.flatMap((minute, index): [number, number][] => {
      const price = prices[index];
      return price === undefined ? [] : [[minute, price]];
    });
    const told: Closes = { closes: new Map(known), answered: { from: 0, to: now } };
    return {
      name,
      quote: () => Promise.reject(new Error('not asked')),
      candles: { most: 720, reachMs: DAY, read: () => Promise.resolve(told) },
    };
  };
  const honest = fc.array(fc.double({ min: 59_000, max: 61_000, noNaN: true }), {
    minLength: 30,
    maxLength: 30,
  });
  const bad = fc.array(
    fc.option(fc.oneof(fc.double({ min: 5e-324, max: 1e300, noNaN: true }), fc.constant(60_000)), {
      nil: undefined,
    }),
    { minLength: 30, maxLength: 30 },
  );
  let filled = 0;
  await fc.assert(
    fc.asyncProperty(honest, honest, bad, async (one, other, wrong) => {
      const { signal } = new AbortController();
      const { filled: samples } = await backfill({
        exchanges: [exchange('bad', wrong), exchange('one', one), exchange('other', other)],
        now,
        stored: ticks(NOON - DAY, NOON - 30 * MINUTE),
        state: EMPTY_PRICE_STATE,
        signal,
      });
      for (const { time, price } of samples) {
        const index = minutes.indexOf(time - MINUTE + 1);
        const range = [one[index] ?? 0, other[index] ?? 0];
        assert.ok(price >= Math.min(...range) && price <= Math.max(...range));
        filled += 1;
      }
    }),
  );
  assert.ok(filled > 300, `${filled} of 3000 minutes were filled`);
});
