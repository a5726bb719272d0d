import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startOneExchange } from '../../support/upstreams/exchanges.ts';

const NOON = Date.UTC(2026, 0, 1, 12);
const { signal } = new AbortController();

test('Kraken’s quote has the price of the last trade, and today’s count and volume instead of its time', async (t) => {
  const { server, exchange } = await startOneExchange(t, 'kraken', {
    price: () => 60_000.5,
    clock: () => NOON,
  });
  const { activity, ...quote } = await exchange.quote(signal);
  assert.deepEqual(quote, { price: 60_000.5 });
  assert.equal(activity, `${NOON / 1000} ${NOON / 1e6}`);
  assert.deepEqual(
    server.requests.map(({ path }) => path),
    ['/0/public/Ticker?pair=XBTUSD'],
  );

  const body = { result: { 'BTC/USD': { c: [60_001, 1], v: [1, 2], t: ['3', '4'] } } };
  server.fault = { type: 'body', text: JSON.stringify(body) };
  assert.deepEqual(
    await exchange.quote(signal),
    { price: 60_001, activity: '3 1' },
    'numbers, texts, and another name of the pair',
  );
});
