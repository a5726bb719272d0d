import type { TestContext } from 'node:test';
import { type FakeExchanges, startExchanges } from './exchanges.ts';
import { type FakeFeed, type FakeItem, startFeed } from './feeds.ts';
import { startUpstream, type Upstream } from './upstream.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Titles with different sentiments, used in turn. */
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

const HEADLINE_INTERVAL_MS = 30 * MINUTE;

/** One of four feeds' headlines of the last 73 hours. Together, the feeds have one headline every half hour. */
export function headlinesBefore(now: number, feed: number): FakeItem[] {
  const newest = Math.floor(now / HEADLINE_INTERVAL_MS);
  return Array.from({ length: 146 }, (_, index) => newest - index)
    .filter((number) => number % 4 === feed)
    .map((number) => ({
      title: `${TITLES[(number * 5 + Math.floor(number / 9)) % TITLES.length]}, report ${number}`,
      date: number * HEADLINE_INTERVAL_MS,
    }));
}

/** Fake servers for everything that the live source requests. */
export interface LiveSources {
  readonly exchanges: FakeExchanges;
  readonly feeds: readonly FakeFeed[];
  readonly fearAndGreed: Upstream;
  /** The settings that make the service use them. */
  readonly environment: Record<string, string>;
}

export async function startLiveSources(
  t: TestContext,
  market: { clock?: () => number; price?: (time: number) => number } = {},
): Promise<LiveSources> {
  const { clock = Date.now } = market;
  const formats = ['rss', 'atom', 'rdf', 'rss'] as const;
  const [exchanges, feeds, fearAndGreed] = await Promise.all([
    startExchanges(t, market),
    Promise.all(formats.map((format) => startFeed(t, { format }))),
    startUpstream(t, (_request, response) => {
      const timestamp = String(Math.floor(clock() / (24 * HOUR)) * 86_400);
      const row = { value: '25', value_classification: 'Extreme Fear', timestamp, time_until_update: '3600' };
      response.end(JSON.stringify({ name: 'Fear and Greed Index', data: [row], metadata: { error: null } }));
    }),
  ]);
  for (const [number, feed] of feeds.entries()) feed.show(() => headlinesBefore(clock(), number));
  return {
    exchanges,
    feeds,
    fearAndGreed,
    environment: {
      SOURCE: 'live',
      ...exchanges.environment,
      FEAR_GREED_URL: new URL('/', fearAndGreed.url).href,
      NEWS_FEEDS: feeds.map(({ url }) => url).join(','),
    },
  };
}
