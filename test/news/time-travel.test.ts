import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type Collected, createCollector, NOTHING_COLLECTED } from '../../src/news/feed-collector.ts';
import { countedAt, type Sentiment, sentimentAt } from '../../src/news/sentiment.ts';
import { judge } from '../support/data/headlines.ts';
import { testParser } from '../support/upstreams/feed-reader.ts';
import { type FakeFeed, type FeedFormat, startFeed } from '../support/upstreams/feeds.ts';
import { difficultNews, newsUntil, type ShownItem, showNews } from '../support/upstreams/news.ts';
import { outbound } from '../support/upstreams/outbound.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const TICK = 30_000;
const END = Date.UTC(2026, 0, 2, 12);
const BEGIN = END - DAY;
const FORMATS: readonly FeedFormat[] = ['rss', 'atom', 'rdf', 'rss'];

const write = (story: string, mood: number) => `Bitcoin story ${story} [${mood}]`;
const NEWS = newsUntil(END, write);
const HARD = difficultNews(END, write);

/** An item that is reworded in place: a collector that starts later cannot know the first version. */
const REWORDED: readonly ShownItem[] = [
  {
    feed: 0,
    id: 'reworded',
    title: 'Bitcoin crashes [-1]',
    date: END - 20 * HOUR,
    shownFrom: END - 20 * HOUR,
    shownUntil: END - 16 * HOUR,
  },
  {
    feed: 0,
    id: 'reworded',
    title: 'Bitcoin recovers [1]',
    date: END - 20 * HOUR,
    shownFrom: END - 16 * HOUR,
  },
];

interface World {
  readonly feeds: readonly FakeFeed[];
  /** A collector as in the service, before its first poll. */
  newCollector(installation: string): ReturnType<typeof createCollector>;
  /** Moves the clock that the feeds follow. */
  turnTo(time: number): void;
}

async function startWorld(t: TestContext, items: readonly ShownItem[]): Promise<World> {
  let clock = BEGIN;
  const feeds = await Promise.all(FORMATS.map((format) => startFeed(t, { format })));
  showNews(feeds, items, () => clock);
  const parser = testParser(10_000);
  const named = feeds.map(({ url }, index) => ({ name: `feed ${index}`, address: url }));
  return {
    feeds,
    newCollector: (installation) =>
      createCollector({
        outbound,
        feeds: named,
        parser,
        judge,
        installation,
      }),
    turnTo: (time) => {
      clock = time;
    },
  };
}

const times = Array.from({ length: DAY / TICK + 1 }, (_, tick) => BEGIN + tick * TICK);
const unending = new AbortController().signal;

/** Collects through the day, tick by tick. */
async function live(world: World): Promise<{ collected: Collected; sentiments: (Sentiment | undefined)[] }> {
  const collector = world.newCollector('ticking');
  const sentiments: (Sentiment | undefined)[] = [];
  let collected = NOTHING_COLLECTED;
  for (const time of times) {
    world.turnTo(time);
    collected = await collector.collect(collected, time, unending);
    sentiments.push(sentimentAt(collected.headlines, time, 6 * HOUR));
  }
  return { collected, sentiments };
}

const fill = ({ headlines }: Collected) => times.map((time) => sentimentAt(headlines, time, 6 * HOUR));

test('a day of sentiment filled at once equals the same day collected tick by tick', async (t) => {
  const world = await startWorld(t, [...HARD.items, ...NEWS]);
  const ticked = await live(world);
  for (const { requests } of world.feeds) {
    assert.ok(requests.length > DAY / (10 * MINUTE) && requests.length <= DAY / (5 * MINUTE) + 1);
  }
  const filled = await world.newCollector('filling').collect(NOTHING_COLLECTED, END, unending);
  assert.deepEqual(fill(filled), ticked.sentiments);

  const values = ticked.sentiments.map((sentiment) => sentiment?.value ?? Number.NaN);
  assert.ok(new Set(values).size > 150, 'it moves');
  assert.ok(values.every((value) => value > -1 && value < 1));
  const titlesAt = (time: number) => countedAt(filled.headlines, time).map(({ title }) => title);
  assert.ok(!titlesAt(END - 10 * HOUR).includes(HARD.early) && titlesAt(END).includes(HARD.early));
  assert.ok(!titlesAt(END).includes(HARD.tooNew) && titlesAt(END + 5 * MINUTE).includes(HARD.tooNew));
  assert.ok(titlesAt(END).includes(HARD.again));
  const stories = titlesAt(END)
    .map((title) => /number (\d+)/i.exec(title)?.[1])
    .filter((one) => one !== undefined);
  assert.ok(stories.length > 100 && new Set(stories).size === stories.length, 'no headline counts twice');
  assert.ok(
    titlesAt(END).some((title) => title.startsWith('🚀')),
    'of copies the earlier one counts',
  );
});

test('stored headlines fill the day as it was, even if one was reworded since', async (t) => {
  const world = await startWorld(t, [...REWORDED, ...NEWS]);
  const ticked = await live(world);
  assert.deepEqual(fill(ticked.collected), ticked.sentiments);
  const late = await world.newCollector('late').collect(NOTHING_COLLECTED, END, unending);
  assert.notDeepEqual(fill(late), ticked.sentiments, 'a late start sees only the reworded item');
});
