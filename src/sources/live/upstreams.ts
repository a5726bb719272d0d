import { SourceError } from '../../domain/errors.ts';
import { durationText } from '../../domain/time/duration.ts';
import { EXCHANGES, openExchanges } from '../../exchanges/exchanges.ts';
import { agree, isFresh, type VenuePrice } from '../../exchanges/price-agreement.ts';
import { createCollector, NOTHING_COLLECTED } from '../../news/feed-collector.ts';
import type { Feed } from '../../news/feeds/feed-list.ts';
import { type FeedParser, openParser } from '../../news/feeds/parser.ts';
import { type Headline, mergeHeadlines } from '../../news/headlines.ts';
import { countedAt, sentimentAt } from '../../news/sentiment.ts';
import { USER_AGENT } from '../../outbound/user-agent.ts';
import type { Look, Outcome, Place, Places } from '../upstream.ts';
import { askFearAndGreed } from './fear-and-greed.ts';
import { judge, type LiveSettings } from './open.ts';

/** For one feed with all that belongs to it. Milliseconds. */
const FEED_DEADLINE = 8000;

const inDollars = (price: number): string =>
  `${price.toLocaleString('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 })} USD`;

const inHeadlines = (count: number): string => `${count} ${count === 1 ? 'headline' : 'headlines'}`;

function exchangePlaces({ exchanges }: LiveSettings, quotes: VenuePrice[]): Place[] {
  return EXCHANGES.map(({ name, setting }, index) => ({
    name,
    kind: 'exchange',
    setting,
    async look(outbound, now, signal): Promise<Look> {
      const exchange = openExchanges(exchanges, { outbound, userAgent: USER_AGENT })[index];
      const quote = await exchange?.quote(signal);
      if (!quote) throw new SourceError('absent', 'the source gave no quote');
      quotes.push({ venue: name, ...quote });
      const found = inDollars(quote.price);
      if (isFresh(quote.time, now)) return { found };
      const distance = (quote.time ?? now) - now;
      const doubt = `the quote's time is ${durationText(Math.abs(distance))} ${distance > 0 ? 'ahead' : 'old'}`;
      return { found, doubt };
    },
  }));
}

function feedPlaces(feeds: readonly Feed[], parser: FeedParser, headlines: Headline[]): Place[] {
  return feeds.map((feed) => ({
    name: feed.name,
    kind: 'news feed',
    setting: 'NEWS_FEEDS',
    async look(outbound, now, signal): Promise<Look> {
      const collector = createCollector({
        outbound,
        feeds: [feed],
        parser,
        judge,
        userAgent: USER_AGENT,
        installation: '',
        deadline: FEED_DEADLINE,
      });
      const collected = await collector.collect(NOTHING_COLLECTED, now, signal);
      const [report] = collector.report(collected);
      if (report?.state !== 'ok')
        throw new SourceError('absent', `the source ${report?.reason ?? 'gave nothing'}`);
      headlines.push(...collected.headlines);
      const newest = collected.headlines.at(-1);
      const count = collected.headlines.length;
      if (!newest) return { found: 'no headlines', doubt: 'it has no headline of the last three days' };
      return { found: `${inHeadlines(count)}, newest ${durationText(now - newest.published)} old` };
    },
  }));
}

function indexPlace({ fearAndGreedUrl }: LiveSettings): Place {
  return {
    name: 'Fear & Greed',
    kind: 'index',
    setting: 'FEAR_GREED_URL',
    async look(outbound, now, signal): Promise<Look> {
      const request = {
        outbound,
        url: fearAndGreedUrl,
        userAgent: USER_AGENT,
        installation: '',
        now,
        signal,
      };
      const { index, reason } = await askFearAndGreed(undefined, request);
      if (!index) throw new SourceError('absent', reason ?? 'the source gave no index');
      return { found: `${index.value} (${index.label})` };
    },
  };
}

function priceOutcome(quotes: readonly VenuePrice[], now: number): Outcome {
  const { price, unused } = agree(quotes, now, undefined);
  const reasons = Object.entries(unused).map(([venue, why]) => `${venue}: ${why}`);
  return {
    name: 'price',
    value: price === undefined ? undefined : inDollars(price),
    reason: price === undefined ? reasons.join('; ') || 'no exchange gave a quote' : undefined,
  };
}

function sentimentOutcome(all: readonly Headline[], now: number, halfLife: number): Outcome {
  const headlines = mergeHeadlines([], all, now);
  const sentiment = sentimentAt(headlines, now, halfLife);
  const count = countedAt(headlines, now).length;
  return {
    name: 'sentiment',
    value: sentiment && `${sentiment.value.toFixed(3)} from ${inHeadlines(sentiment.count)}`,
    reason: sentiment ? undefined : `too few headlines about the market can be scored: ${count}`,
  };
}

/** The exchanges, feeds and the index of the live source, from the lists that it reads itself. */
export function livePlaces(settings: LiveSettings): Places {
  const quotes: VenuePrice[] = [];
  const headlines: Headline[] = [];
  const parser = openParser();
  return {
    list: [
      ...exchangePlaces(settings, quotes),
      ...feedPlaces(settings.newsFeeds, parser, headlines),
      indexPlace(settings),
    ],
    outcomes: (now) => [priceOutcome(quotes, now), sentimentOutcome(headlines, now, settings.halfLife)],
    [Symbol.asyncDispose]: () => parser[Symbol.asyncDispose](),
  };
}
