import type { TestContext } from 'node:test';
import { type FakeExchanges, startExchanges } from './exchanges.ts';
import { type FakeFeed, type FakeItem, startFeed } from './feeds.ts';
import { startUpstream, type Upstream } from './upstream.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Titles of every mood, over and over. */
const TITLES = [
  'Bitcoin surges past record as ETF inflows hit new high',
  'Bitcoin plunges after exchange hack drains millions',
  'SEC approves new spot Bitcoin ETF',
  'Bitcoin miner files for bankruptcy amid losses',
  'Major bank launches Bitcoin custody for institutions',
  'Why is Bitcoin volatile? An explainer',
  'Regulators ban crypto trading in crackdown',
  'Bitcoin adoption grows as payments firm adds support',
];

const STEP = 30 * MINUTE;

/** Headlines of the 73 hours before a time, one each half an hour, as one of four feeds shows them. */
export function newsBefore(now: number, feed: number): FakeItem[] {
  const newest = Math.floor(now / STEP);
  return Array.from({ length: 146 }, (_, index) => newest - index)
    .filter((number) => number % 4 === feed)
    .map((number) => ({
      title: `${TITLES[(number * 5 + Math.floor(number / 9)) % TITLES.length]}, report ${number}`,
      date: number * STEP,
    }));
}

/** All that the live source asks, on this machine. */
export interface Outside {
  readonly exchanges: FakeExchanges;
  readonly feeds: readonly FakeFeed[];
  readonly index: Upstream;
  /** The settings that make the service ask them. */
  readonly environment: Record<string, string>;
}

export async function startOutside(
  t: TestContext,
  market: { clock?: () => number; price?: (time: number) => number } = {},
): Promise<Outside> {
  const { clock = Date.now } = market;
  const formats = ['rss', 'atom', 'rdf', 'rss'] as const;
  const [exchanges, feeds, index] = await Promise.all([
    startExchanges(t, market),
    Promise.all(formats.map((format) => startFeed(t, { format }))),
    startUpstream(t, (_request, response) => {
      const timestamp = String(Math.floor(clock() / (24 * HOUR)) * 86_400);
      const row = { value: '25', value_classification: 'Extreme Fear', timestamp, time_until_update: '3600' };
      response.end(JSON.stringify({ name: 'Fear and Greed Index', data: [row], metadata: { error: null } }));
    }),
  ]);
  for (const [number, feed] of feeds.entries()) feed.show(() => newsBefore(clock(), number));
  return {
    exchanges,
    feeds,
    index,
    environment: {
      SOURCE: 'live',
      ...exchanges.environment,
      FEAR_GREED_URL: new URL('/', index.url).href,
      NEWS_FEEDS: feeds.map(({ url }) => url).join(','),
    },
  };
}
