import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EXCHANGES } from '../../src/exchanges/exchanges.ts';
import { type Feed, NEWS_FEEDS, parseFeeds } from '../../src/news/feeds/feed-list.ts';
import { openLive } from '../../src/sources/live/open.ts';
import { openSqlite } from '../../src/stores/sqlite/open.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { startFeed } from '../support/upstreams/feeds.ts';
import { UNREACHABLE_URL } from '../support/upstreams/offline-settings.ts';
import { outbound } from '../support/upstreams/outbound.ts';

const NOW = Date.UTC(2026, 0, 1, 12);
const HOUR = 3_600_000;

test('a feed that is added to the list counts in the sentiment, and is reported', async (t) => {
  const server = await startFeed(t);
  const titles = ['soars', 'surges', 'jumps', 'rallies', 'climbs'].map(
    (verb) => `Bitcoin ${verb} to a record high`,
  );
  server.show(
    titles.map((title, index) => ({ title, date: NOW - (index + 1) * HOUR, link: 'https://a.example/' })),
  );
  const added: Feed = { name: 'Added', address: server.url };
  // The setting lists the feeds by address, and finds their names in the list.
  const addresses = [...NEWS_FEEDS, added].map(({ address }) => address).join();
  assert.deepEqual(parseFeeds(addresses)?.slice(0, -1), NEWS_FEEDS);

  const opened = await openSqlite({ path: `${temporaryFolder(t)}/samples.sqlite`, access: 'write' });
  assert.ok(opened);
  await using store = opened.store;
  await using source = openLive(
    {
      exchanges: EXCHANGES.map((exchange) => ({ ...exchange, url: UNREACHABLE_URL })),
      fearAndGreedUrl: UNREACHABLE_URL,
      newsFeeds: [added],
      halfLife: 6 * HOUR,
      interval: 30_000,
    },
    { stateStore: opened.stateStore, outbound, onInvalidState: assert.fail },
  );
  const { signal } = new AbortController();
  const sentiments: (number | undefined)[] = [];
  for await (const { samples } of source.pull({
    now: NOW,
    newest: {},
    signal,
    samples: store.range,
    isAwaited: () => true,
  }))
    sentiments.push(...samples.map(({ sentiment }) => sentiment));
  assert.ok(sentiments.length === 1 && Number(sentiments[0]) > 0, String(sentiments));
  const { sentiment } = await source.report(NOW);
  assert.deepEqual(sentiment.feeds, [
    { name: 'Added', state: 'ok', since: NOW, lastSuccess: NOW, headlines: 5 },
  ]);
  assert.equal(sentiment.headlines.length, 5);
});
