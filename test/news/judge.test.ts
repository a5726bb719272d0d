import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createCollector, NOTHING_COLLECTED } from '../../src/news/feed-collector.ts';
import { judge } from '../support/data/headlines.ts';
import { testParser } from '../support/upstreams/feed-reader.ts';
import { startFeed } from '../support/upstreams/feeds.ts';
import { outbound } from '../support/upstreams/outbound.ts';

const NOW = Date.UTC(2026, 0, 1, 12);

test('a title is scored with the name of its feed', async (t) => {
  const feed = await startFeed(t);
  feed.show([{ title: 'Bitcoin rises - Crash Daily', date: NOW - 60_000, link: 'https://news.example/1' }]);
  const judged: [title: string, feed: string][] = [];
  const collector = createCollector({
    outbound,
    feeds: [{ name: 'Crash Daily', address: feed.url }],
    parser: testParser(),
    judge: (title, name) => {
      judged.push([title, name]);
      return judge(title);
    },
    installation: 'i',
  });
  await collector.collect(NOTHING_COLLECTED, NOW, new AbortController().signal);
  assert.deepEqual(judged, [['Bitcoin rises - Crash Daily', 'Crash Daily']]);
});
