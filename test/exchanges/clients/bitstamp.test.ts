import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startOneExchange } from '../../support/upstreams/exchanges.ts';

const NOON = Date.UTC(2026, 0, 1, 12);
const { signal } = new AbortController();

test('Bitstamp’s quote has the price and time of the last trade', async (t) => {
  const { server, exchange } = await startOneExchange(t, 'bitstamp', {
    price: () => 60_000.5,
    clock: () => NOON,
  });
  assert.deepEqual(await exchange.quote(signal), { price: 60_000.5, time: NOON });
  assert.deepEqual(
    server.requests.map(({ path }) => path),
    ['/api/v2/ticker/btcusd/'],
  );

  const body = { last: 60_002, timestamp: NOON / 1000, status: 'fine', code: 1 };
  server.fault = { type: 'body', text: JSON.stringify(body) };
  assert.deepEqual(await exchange.quote(signal), { price: 60_002, time: NOON }, 'numbers, and more keys');
});

test('Bitstamp’s quote is rejected if its time is missing, invalid or in another unit', async (t) => {
  const { server, exchange } = await startOneExchange(t, 'bitstamp', { price: () => 1, clock: () => NOON });
  for (const [timestamp, what] of [
    [undefined, 'something that is not a time'],
    ['now', 'something that is not a time'],
    ['2026-01-01T12:00:00', 'something that is not a time'],
    ['2026-13-01T12:00:00Z', 'something that is not a time'],
    [1e300, 'something that is not a time'],
    [NOON, 'a time in milliseconds instead of seconds'],
    [`${NOON}000`, 'a time in microseconds instead of seconds'],
    [`${NOON}000000`, 'a time in nanoseconds instead of seconds'],
  ] as const) {
    server.fault = { type: 'body', text: JSON.stringify({ last: '60000', timestamp }) };
    await assert.rejects(exchange.quote(signal), { message: `the source sent ${what}` }, String(timestamp));
  }
});
