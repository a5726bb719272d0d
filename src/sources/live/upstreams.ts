import { SourceError } from '../../domain/errors.ts';
import { durationText } from '../../domain/time/duration.ts';
import { openExchange } from '../../exchanges/exchanges.ts';
import { agree, type ExchangePrice, isFresh } from '../../exchanges/price-agreement.ts';
import { createCollector, NOTHING_COLLECTED } from '../../news/feed-collector.ts';
import type { Feed } from '../../news/feeds/feed-list.ts';
import { type FeedParser, openParser } from '../../news/feeds/parser.ts';
import { type Headline, mergeHeadlines } from '../../news/headlines.ts';
import { countedAt, sentimentAt } from '../../news/sentiment.ts';
import type { Outcome, Probe, Upstream, Upstreams } from '../upstream.ts';
import { updateFearAndGreed } from './fear-and-greed.ts';
import { judge, type LiveSettings } from './open.ts';

const inDollars = (price: number): string =>
  `${price.toLocaleString('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 })} USD`;

const inHeadlines = (count: number): string => `${count} ${count === 1 ? 'headline' : 'headlines'}`;

function exchangeUpstreams({ exchanges }: LiveSettings, quotes: ExchangePrice[]): Upstream[] {
  return exchanges.map((exchange) => ({
    name: exchange.name,
    kind: 'exchange',
    setting: exchange.setting,
    async probe(outbound, now, signal): Promise<Probe> {
      const quote = await openExchange(exchange, { outbound }).quote(signal);
      quotes.push({ exchange: exchange.name, ...quote });
      const found = inDollars(quote.price);
      if (isFresh(quote.time, now)) return { found };
      const aheadMs = (quote.time ?? now) - now;
      const warning = `the quote's time is ${durationText(Math.abs(aheadMs))} ${aheadMs > 0 ? 'ahead' : 'old'}`;
      return { found, warning };
    },
  }));
}

function feedUpstreams(feeds: readonly Feed[], parser: FeedParser, headlines: Headline[]): Upstream[] {
  return feeds.map((feed) => ({
    name: feed.name,
    kind: 'news feed',
    setting: 'NEWS_FEEDS',
    async probe(outbound, now, signal): Promise<Probe> {
      const collector = createCollector({ outbound, feeds: [feed], parser, judge, installation: '' });
      const collected = await collector.collect(NOTHING_COLLECTED, now, signal);
      const [report] = collector.report(collected);
      if (report?.state !== 'ok')
        throw new SourceError('absent', `the source ${report?.reason ?? 'sent nothing'}`);
      headlines.push(...collected.headlines);
      const newest = collected.headlines.at(-1);
      const count = collected.headlines.length;
      if (!newest) return { found: 'no headlines', warning: 'it has no headline of the last three days' };
      return { found: `${inHeadlines(count)}, newest ${durationText(now - newest.published)} old` };
    },
  }));
}

function indexUpstream({ fearAndGreedUrl: url }: LiveSettings): Upstream {
  return {
    name: 'Fear & Greed',
    kind: 'index',
    setting: 'FEAR_GREED_URL',
    async probe(outbound, now, signal): Promise<Probe> {
      const request = { outbound, url, installation: '', now, signal };
      const { index, reason } = await updateFearAndGreed(undefined, request);
      if (!index) throw new SourceError('absent', reason ?? 'the source sent no index');
      return { found: `${index.value} (${index.label})` };
    },
  };
}

function priceOutcome(quotes: readonly ExchangePrice[], now: number): Outcome {
  const { price, unused } = agree(quotes, now, undefined);
  const reasons = Object.entries(unused).map(([exchange, why]) => `${exchange}: ${why}`);
  return {
    name: 'price',
    value: price === undefined ? undefined : inDollars(price),
    reason: price === undefined ? reasons.join('; ') || 'no exchange gave a quote' : undefined,
  };
}

function sentimentOutcome(all: readonly Headline[], now: number, halfLifeMs: number): Outcome {
  const headlines = mergeHeadlines([], all, now);
  const sentiment = sentimentAt(headlines, now, halfLifeMs);
  const count = countedAt(headlines, now).length;
  return {
    name: 'sentiment',
    value: sentiment && `${sentiment.value.toFixed(3)} from ${inHeadlines(sentiment.count)}`,
    reason: sentiment ? undefined : `too few headlines about the market can be scored: ${count}`,
  };
}

/** The exchanges, feeds and the index, from the lists that the live source itself uses. */
export function liveUpstreams(settings: LiveSettings): Upstreams {
  const quotes: ExchangePrice[] = [];
  const headlines: Headline[] = [];
  const parser = openParser();
  return {
    list: [
      ...exchangeUpstreams(settings, quotes),
      ...feedUpstreams(settings.newsFeeds, parser, headlines),
      indexUpstream(settings),
    ],
    outcomes: (now) => [priceOutcome(quotes, now), sentimentOutcome(headlines, now, settings.halfLife)],
    [Symbol.asyncDispose]: () => parser[Symbol.asyncDispose](),
  };
}
