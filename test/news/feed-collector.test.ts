import assert from 'node:assert/strict';
import type { RequestListener } from 'node:http';
import { test } from 'node:test';
import { createCollector, NOTHING_COLLECTED } from '../../src/news/feed-collector.ts';
import { NEWS_FEEDS, parseFeeds } from '../../src/news/feeds/feed-list.ts';
import { storiesBetween } from '../../src/news/headlines.ts';
import { judge } from '../support/data/headlines.ts';
import { longestLoopBlockMs } from '../support/processes/event-loop-block.ts';
import { testParser } from '../support/upstreams/feed-reader.ts';
import { feedBody, feedStatus, startFeed, writeFeed } from '../support/upstreams/feeds.ts';
import { outbound } from '../support/upstreams/outbound.ts';

const NOW = Date.UTC(2026, 0, 1, 12);
const MINUTE = 60_000;

const unending = (): AbortSignal => new AbortController().signal;

function collectorOf(addresses: readonly string[], deadlineMs = 8000) {
  const feeds = addresses.map((address, index) => ({ name: `feed ${index}`, address }));
  const settings = { judge, installation: 'i', deadlineMs };
  return createCollector({ outbound, feeds, parser: testParser(), ...settings });
}

test('feeds are polled in parallel and fail independently; their state survives JSON', async (t) => {
  const [good, bad, silent] = [await startFeed(t), await startFeed(t), await startFeed(t)];
  good.show([{ title: '[0.5] Bitcoin rises', date: NOW - MINUTE, link: 'https://news.example/1' }]);
  bad.answer(feedStatus(429, { 'retry-after': '600' }));
  silent.answer(() => undefined);
  const collector = collectorOf([good.url, bad.url, silent.url], 3000);
  assert.deepEqual(collector.report(NOTHING_COLLECTED)[0], {
    name: 'feed 0',
    state: 'resting',
    reason: 'no request sent yet',
    headlines: 0,
  });
  const first = await collector.collect(NOTHING_COLLECTED, NOW, unending());
  const [headline] = first.headlines;
  assert.deepEqual(
    [headline?.title, headline?.source, headline?.score, headline?.label, headline?.because, headline?.link],
    ['[0.5] Bitcoin rises', 'feed 0', 0.5, 'positive', ['[0.5]'], 'https://news.example/1'],
  );
  assert.deepEqual(collector.report(first), [
    { name: 'feed 0', state: 'ok', since: NOW, lastSuccess: NOW, headlines: 1 },
    { name: 'feed 1', state: 'resting', since: NOW, reason: 'answered 429', headlines: 0 },
    { name: 'feed 2', state: 'failing', since: NOW, reason: 'took more than 3 s', headlines: 0 },
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

test('a feed’s charset is saved through JSON, faults and unmodified responses', async (t) => {
  const feed = await startFeed(t);
  const collector = collectorOf([feed.url]);
  const western = (title: string) =>
    feedBody(Buffer.from(writeFeed('rss', [{ title, date: NOW }]), 'latin1'), {
      'content-type': 'text/xml; charset=utf-8',
    });
  let collected = NOTHING_COLLECTED;
  let now = NOW;
  const charsetAfter = async (listener: RequestListener | undefined) => {
    feed.answer(listener);
    collected = JSON.parse(JSON.stringify(await collector.collect(collected, now, unending())));
    now += 2 * 3_600_000;
    return collected.polls[feed.url]?.charset;
  };
  assert.equal(await charsetAfter(western('[1] Café\x92s Bitcoin')), 'windows-1252');
  assert.equal(collected.headlines[0]?.title, '[1] Café’s Bitcoin');
  assert.equal(await charsetAfter(feedStatus(500)), 'windows-1252');
  assert.equal(await charsetAfter((_request, response) => response.writeHead(304).end()), 'windows-1252');
  assert.equal(await charsetAfter(western('[1] Bitcoin in plain ASCII')), 'windows-1252');
  assert.equal(await charsetAfter(western('[1] Spa\xdf\x93 Spa\xdf\x93 \xe9')), 'windows-1252');
  assert.ok(collected.headlines.some(({ title }) => title === '[1] Spaß“ Spaß“ é'));
  assert.equal(
    await charsetAfter(feedBody(writeFeed('rss', [{ title: '[1] Now it’s UTF-8', date: NOW }]))),
    undefined,
  );
});

test('unreadable dates are reported, whether others are readable or not', async (t) => {
  const [some, none] = [await startFeed(t), await startFeed(t)];
  some.show([
    { title: '[1] Bitcoin', date: NOW },
    { title: '[1] Bitcoin again', date: '2026-01-01 12:00:00' },
    { title: '[1] Bitcoin once more', date: '2026-01-01 11:00:00' },
    { title: '[1] Bitcoin at last', date: '01/02/2026 12:00 GMT' },
  ]);
  none.show([{ title: '[1] Bitcoin', date: `${NOW}` }]);
  const collector = collectorOf([some.url, none.url]);
  const collected = await collector.collect(NOTHING_COLLECTED, NOW, unending());
  const told = ({ state, reason, headlines }: ReturnType<typeof collector.report>[number]) => [
    state,
    reason,
    headlines,
  ];
  const ok = ['ok', 'left out 2 dates with no time zone, such as "2026-01-01 12:00:00"', 1];
  assert.deepEqual(collector.report(collected).map(told), [
    ok,
    ['failing', 'sent 1 date with a bare number (milliseconds), such as "1767268800000"', 0],
  ]);
  const later = await collector.collect(collected, NOW + 9 * MINUTE, unending());
  assert.deepEqual(collector.report(later).map(told)[0], ok, 'not modified: the same');
});

test('copies of a story count once, however their feeds wrote it', async (t) => {
  const feeds = await Promise.all(Array.from({ length: 4 }, () => startFeed(t)));
  const [clean, twice, section, western] = feeds;
  const item = (xml: string, minutes: number) =>
    writeFeed('rss', [{ title: { xml }, date: NOW - minutes * MINUTE, id: 'x' }]);
  clean?.answer(feedBody(item('[1] Bitcoin’s rally isn’t over as bulls “win” S&amp;P 500', 4)));
  twice?.answer(
    feedBody(
      item(
        '[1] Bitcoin&amp;#8217;s rally isn&amp;#x27;t over as bulls &amp;quot;win&amp;quot; S&amp;amp;P 500',
        3,
      ),
    ),
  );
  section?.answer(
    feedBody(
      item(
        '<![CDATA[[1] Bitcoin&amp;#8217;s rally isn&amp;rsquo;t over as bulls &ldquo;win&rdquo; S&amp;amp;P 500]]>',
        2,
      ),
    ),
  );
  western?.answer(
    feedBody(
      Buffer.from(item('[1] Bitcoin\x92s rally isn\x92t over as bulls \x93win\x94 S&amp;P 500', 1), 'latin1'),
    ),
  );
  const collected = await collectorOf(feeds.map(({ url }) => url)).collect(
    NOTHING_COLLECTED,
    NOW,
    unending(),
  );
  assert.equal(collected.headlines.length, 4);
  const [story, ...others] = storiesBetween(collected.headlines, 0, NOW);
  assert.equal(story?.source, 'feed 0');
  assert.deepEqual(others, []);
});

test('if its headlines are lost, a feed gets an unconditional request', async (t) => {
  const feed = await startFeed(t, { items: [{ title: '[1] Bitcoin', date: NOW }] });
  const collector = collectorOf([feed.url]);
  const { polls } = await collector.collect(NOTHING_COLLECTED, NOW, unending());
  const again = await collector.collect({ polls, headlines: [] }, NOW + 9 * MINUTE, unending());
  assert.equal(again.headlines.length, 1);
});

test('a removed feed is dropped with its headlines', async (t) => {
  const [one, other] = [await startFeed(t), await startFeed(t)];
  one.show([{ title: '[1] Bitcoin', date: NOW }]);
  other.show([{ title: '[1] Ether', date: NOW }]);
  const both = await collectorOf([one.url, other.url]).collect(NOTHING_COLLECTED, NOW, unending());
  assert.equal(both.headlines.length, 2);
  const left = await collectorOf([one.url]).collect(both, NOW + MINUTE, unending());
  assert.deepEqual(
    left.headlines.map(({ title }) => title),
    ['[1] Bitcoin'],
  );
  assert.deepEqual(Object.keys(left.polls), [one.url]);
});

test('collecting ends with the signal’s reason', async (t) => {
  const feed = await startFeed(t);
  feed.answer(() => undefined);
  const end = new AbortController();
  const reason = new Error('enough');
  setTimeout(() => end.abort(reason), 50);
  await assert.rejects(collectorOf([feed.url]).collect(NOTHING_COLLECTED, NOW, end.signal), reason);
});

test('feeds have short, unique names without secrets', () => {
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

test('titles that are slow to score do not block the loop', async (t) => {
  const feed = await startFeed(t, {
    items: Array.from({ length: 60 }, (_, index) => ({ title: `Bitcoin ${index}`, date: NOW - MINUTE })),
  });
  const slow = (title: string) => {
    for (const began = process.threadCpuUsage(); process.threadCpuUsage(began).user < 10_000; );
    return judge(title);
  };
  const feeds = [{ name: 'feed', address: feed.url }];
  const settings = { judge: slow, installation: 'i' };
  const collector = createCollector({ outbound, feeds, parser: testParser(), ...settings });
  const hold = await longestLoopBlockMs(async () => {
    const { headlines } = await collector.collect(NOTHING_COLLECTED, NOW, unending());
    assert.equal(headlines.length, 60);
  });
  assert.ok(hold < 250, `${hold} ms of the 600 that all take`);
});
