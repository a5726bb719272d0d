import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createCall, errorText, objectOf, priceOf, timeOf } from '../../src/exchanges/clients/request.ts';
import type { ExchangeDefinition } from '../../src/exchanges/exchange.ts';
import { openLive } from '../../src/sources/live/open.ts';
import type { Pull } from '../../src/sources/source.ts';
import { openSqlite } from '../../src/stores/sqlite/open.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { exchangesAt, startExchanges } from '../support/upstreams/exchanges.ts';
import { startFeed } from '../support/upstreams/feeds.ts';
import { outbound } from '../support/upstreams/outbound.ts';
import { startUpstream } from '../support/upstreams/upstream.ts';

const NOW = Date.UTC(2026, 0, 1, 12);

/** All that a file in clients/ has to contain. */
const added = {
  name: 'added',
  title: 'Added',
  setting: 'ADDED_URL',
  defaultUrl: 'https://added.example',
  open(baseUrl, settings) {
    const call = createCall(baseUrl, settings, (body) => errorText(objectOf(body)['message']) || undefined);
    return {
      async quote(signal) {
        const { last, at } = objectOf(await call('/v1/pubticker/btcusd', {}, signal));
        return { price: priceOf(last), time: timeOf(at) };
      },
      candles: undefined,
    };
  },
} as const satisfies ExchangeDefinition;

test('an exchange that is added to the list counts in the median, and is reported', async (t) => {
  const servers = await startExchanges(t, { price: () => 60_000, clock: () => NOW });
  servers.kraken.factor = 60_100 / 60_000;
  servers.bitstamp.factor = 60_200 / 60_000;
  const { coinbase, kraken, bitstamp } = servers.addresses;
  const upstream = await startUpstream(t, JSON.stringify({ last: '60300', at: NOW / 1000 }));
  const opened = await openSqlite({ path: `${temporaryFolder(t)}/samples.sqlite`, access: 'write' });
  assert.ok(opened);
  await using store = opened.store;
  await using source = openLive(
    {
      exchanges: [
        ...exchangesAt({ coinbase, kraken, bitstamp }),
        { ...added, url: new URL(upstream.url).origin },
      ],
      fearAndGreedUrl: upstream.url,
      newsFeeds: [{ name: 'feed', address: (await startFeed(t)).url }],
      halfLife: 3_600_000,
      interval: 30_000,
    },
    { stateStore: opened.stateStore, outbound, onInvalidState: assert.fail },
  );
  const { signal } = new AbortController();
  const pulls: Pull[] = [];
  const request = { now: NOW, newest: {}, signal, samples: store.range, isAwaited: () => true };
  for await (const pull of source.pull(request)) pulls.push(pull);
  const prices = pulls.flatMap(({ samples }) => samples.filter(({ time }) => time === NOW));
  assert.equal(prices[0]?.price, 60_150, 'the median of 60,000, 60,100, 60,200 and 60,300');
  const report = (await source.report(NOW)).price.find(({ name }) => name === 'added');
  assert.deepEqual([report?.state, report?.price, report?.used], ['ok', 60_300, true]);
});
