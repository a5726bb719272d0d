import assert from 'node:assert/strict';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createCollector, NOTHING_COLLECTED } from '../../../../src/sources/live/feeds/collector.ts';
import { NEWS_FEEDS, parseFeeds } from '../../../../src/sources/live/feeds/news-feeds.ts';
import { testParser } from '../../../support/feed-reader.ts';
import { feedStatus, startFeed } from '../../../support/feeds.ts';
import { judge } from '../../../support/headlines.ts';
import { outbound } from '../../../support/outbound.ts';

const NOW = Date.UTC(2026, 0, 1, 12);
const MINUTE = 60_000;

const unending = (): AbortSignal => new AbortController().signal;

function collectorOf(t: TestContext, addresses: readonly string[], deadline = 8000) {
  const feeds = addresses.map((address, index) => ({ name: `feed ${index}`, address }));
  const settings = { judge, userAgent: 'is-bitcoin-lit-test', installation: 'i', deadline };
  return createCollector({ outbound, feeds, parser: testParser(t), ...settings });
}

test('every feed is asked at once; each fails alone; what is remembered goes through JSON', async (t) => {
  const [good, bad, silent] = [await startFeed(t), await startFeed(t), await startFeed(t)];
  good.show([{ title: '[0.5] Bitcoin rises', date: NOW - MINUTE, link: 'https://news.example/1' }]);
  bad.answer(feedStatus(429, { 'retry-after': '600' }));
  silent.answer(() => undefined);
  const collector = collectorOf(t, [good.url, bad.url, silent.url], 1500);
  assert.equal(collector.isComplete(NOTHING_COLLECTED), false);
  assert.deepEqual(collector.report(NOTHING_COLLECTED)[0], {
    name: 'feed 0',
    state: 'resting',
    reason: 'was not asked yet',
    headlines: 0,
  });
  const first = await collector.collect(NOTHING_COLLECTED, NOW, unending());
  assert.equal(collector.isComplete(first), true);
  const [headline] = first.headlines;
  assert.deepEqual(
    [headline?.title, headline?.source, headline?.score, headline?.label, headline?.because, headline?.link],
    ['[0.5] Bitcoin rises', 'feed 0', 0.5, 'positive', ['[0.5]'], 'https://news.example/1'],
  );
  assert.deepEqual(collector.report(first), [
    { name: 'feed 0', state: 'ok', since: NOW, lastSuccess: NOW, headlines: 1 },
    { name: 'feed 1', state: 'resting', since: NOW, reason: 'answered 429', headlines: 0 },
    { name: 'feed 2', state: 'failing', since: NOW, reason: 'took more than 1.5 s', headlines: 0 },
  ]);
  const remembered = JSON.parse(JSON.stringify(first));
  assert.deepEqual(remembered, first);

  const early = await collector.collect(remembered, NOW + 4 * MINUTE, unending());
  assert.equal(early.headlines, remembered.headlines, 'the same array: there is nothing to keep anew');
  assert.deepEqual(
    [good, bad, silent].map(({ requests }) => requests.length),
    [1, 1, 1],
  );
  const later = await collector.collect(remembered, NOW + 9 * MINUTE, unending());
  assert.deepEqual(
    [good, bad, silent].map(({ requests }) => requests.length),
    [2, 1, 2],
  );
  assert.ok(good.requests[1]?.['if-none-match']);
  assert.equal(later.headlines, remembered.headlines, 'not modified');
});

test('where the headlines are lost, a feed is asked for all of them', async (t) => {
  const feed = await startFeed(t, { items: [{ title: '[1] Bitcoin', date: NOW }] });
  const collector = collectorOf(t, [feed.url]);
  const { polls } = await collector.collect(NOTHING_COLLECTED, NOW, unending());
  const again = await collector.collect({ polls, headlines: [] }, NOW + 9 * MINUTE, unending());
  assert.equal(again.headlines.length, 1);
});

test('a feed that is set no longer is forgotten, with its headlines', async (t) => {
  const [one, other] = [await startFeed(t), await startFeed(t)];
  one.show([{ title: '[1] Bitcoin', date: NOW }]);
  other.show([{ title: '[1] Ether', date: NOW }]);
  const both = await collectorOf(t, [one.url, other.url]).collect(NOTHING_COLLECTED, NOW, unending());
  assert.equal(both.headlines.length, 2);
  const left = await collectorOf(t, [one.url]).collect(both, NOW + MINUTE, unending());
  assert.deepEqual(
    left.headlines.map(({ title }) => title),
    ['[1] Bitcoin'],
  );
  assert.deepEqual(Object.keys(left.polls), [one.url]);
});

test('a collection ends with its signal, and its reason', async (t) => {
  const feed = await startFeed(t);
  feed.answer(() => undefined);
  const end = new AbortController();
  const reason = new Error('enough');
  setTimeout(() => end.abort(reason), 50);
  await assert.rejects(collectorOf(t, [feed.url]).collect(NOTHING_COLLECTED, NOW, end.signal), reason);
});

test('feeds have short names, each its own, that show no secret', () => {
  assert.deepEqual(parseFeeds(NEWS_FEEDS.map(({ address }) => address).join(',')), NEWS_FEEDS);
  const feeds = parseFeeds(
    [
      'https://www.reddit.example/r/Bitcoin/.rss?feed=secret&user=me',
      ' https://www.reddit.example/r/CryptoCurrency/.rss?feed=secret',
      'https://www.reddit.example/secret',
      'https://www.reddit.example/secret',
      'https://news.example:8443/a?x=y',
      'My feed=https://u.example/f?x=y',
      'reddit.example (2)=https://v.example/',
      'Desk=https://www.coindesk.com/arc/outboundfeeds/rss/',
    ].join(','),
  );
  assert.deepEqual(
    feeds?.map(({ name }) => name),
    [
      'reddit.example',
      'reddit.example (3)',
      'reddit.example (4)',
      'news.example:8443',
      'My feed',
      'reddit.example (2)',
      'Desk',
    ],
  );
  assert.equal(feeds?.[4]?.address, 'https://u.example/f?x=y');
});

test('titles that take long to judge do not hold the loop together', async (t) => {
  const feed = await startFeed(t, {
    items: Array.from({ length: 60 }, (_, index) => ({ title: `Bitcoin ${index}`, date: NOW - MINUTE })),
  });
  const slow = (title: string) => {
    for (const began = performance.now(); performance.now() - began < 10; );
    return judge(title);
  };
  const feeds = [{ name: 'feed', address: feed.url }];
  const settings = { judge: slow, userAgent: 'is-bitcoin-lit-test', installation: 'i' };
  const collector = createCollector({ outbound, feeds, parser: testParser(t), ...settings });
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  await sleep(20);
  const { headlines } = await collector.collect(NOTHING_COLLECTED, NOW, unending());
  await sleep(20);
  delay.disable();
  assert.equal(headlines.length, 60);
  assert.ok(delay.max / 1e6 < 250, `${delay.max / 1e6} ms of the 600 that all take`);
});
