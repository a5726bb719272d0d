import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startOneExchange } from '../../support/upstreams/exchanges.ts';

const NOON = Date.UTC(2026, 0, 1, 12);
const { signal } = new AbortController();

test('Coinbase’s quote has the price and time of the last trade', async (t) => {
  const { server, exchange } = await startOneExchange(t, 'coinbase', {
    price: () => 60_000.5,
    clock: () => NOON,
  });
  assert.deepEqual(await exchange.quote(signal), { price: 60_000.5, time: NOON });
  assert.deepEqual(
    server.requests.map(({ path }) => path),
    ['/products/BTC-USD/ticker'],
  );

  const body = { price: 60_002, time: '2026-01-01T12:00:00.123456+00:00', more: [{}] };
  server.fault = { type: 'body', text: JSON.stringify(body) };
  assert.deepEqual(
    await exchange.quote(signal),
    { price: 60_002, time: NOON + 123 },
    'numbers, and more keys',
  );
});

test('Coinbase’s quote is rejected if its time is missing, invalid or in another form', async (t) => {
  const { server, exchange } = await startOneExchange(t, 'coinbase', { price: () => 1, clock: () => NOON });
  for (const [time, what] of [
    [undefined, 'something that is not a time'],
    ['now', 'something that is not a time'],
    ['2026-01-01T12:00:00', 'something that is not a time'],
    ['2026-13-01T12:00:00Z', 'something that is not a time'],
    [NOON, 'a time in milliseconds instead of a date'],
    [String(NOON / 1000), 'a time in seconds instead of a date'],
  ] as const) {
    server.fault = { type: 'body', text: JSON.stringify({ price: '60000', time }) };
    await assert.rejects(exchange.quote(signal), { message: `the source sent ${what}` }, String(time));
  }
});
