import { randomUUID } from 'node:crypto';
import type { Outbound } from '../../outbound/client.ts';
import { USER_AGENT } from '../../outbound/user-agent.ts';
import type { Memory } from '../../stores/store.ts';
import type { OpenedSource } from '../source.ts';
import { createBackground } from './background.ts';
import { type ExchangeAddresses, openExchanges } from './exchanges/open.ts';
import { askFearAndGreed } from './fear-and-greed.ts';
import { type Collected, createCollector } from './feeds/collector.ts';
import type { Judgement } from './feeds/headlines.ts';
import type { Feed } from './feeds/news-feeds.ts';
import { openParser } from './feeds/parser.ts';
import { jitter } from './feeds/polls.ts';
import { sentimentAt } from './feeds/sentiment-at.ts';
import { figuresAt } from './feelings.ts';
import { createLivePull } from './live.ts';
import { createNewsroom } from './newsroom.ts';
import { createPriceDesk } from './price-desk.ts';
import { DOCUMENTS, parseFearAndGreed } from './remembered.ts';
import { reportFearAndGreed, reportHeadlines, reportPrices, troublesOf } from './report.ts';
import { isAboutMarket } from './sentiment/market.ts';
import { score } from './sentiment/score.ts';

export interface LiveSettings {
  readonly exchanges: ExchangeAddresses;
  readonly fearAndGreedUrl: string;
  readonly newsFeeds: readonly Feed[];
  /** Milliseconds. */
  readonly halfLife: number;
  /** Between two ticks; 0: there are none. Milliseconds. */
  readonly interval: number;
}

/** What is fetched within a tenth of the interval is of the tick; with long intervals sooner. Milliseconds. */
const LONGEST_LAG = 6000;

/** How long a feed may be due before what is known of it is no more of now. Milliseconds. */
const OVERDUE = 60_000;

function judge(title: string): Judgement {
  const { score: value, label, because } = score(title);
  return { aboutMarket: isAboutMarket(title), ...(value !== undefined && { score: value }), label, because };
}

/** The live source: exchanges, feeds and the index, with what is remembered of them. */
export function openLive(settings: LiveSettings, memory: Memory, outbound: Outbound): OpenedSource {
  const { interval, halfLife, fearAndGreedUrl, newsFeeds: feeds } = settings;
  const exchanges = openExchanges(settings.exchanges, { outbound, userAgent: USER_AGENT });
  const parser = openParser();
  const background = createBackground();
  const desk = createPriceDesk({ memory, exchanges, background });
  const fallback = randomUUID();
  let installation: Promise<string> | undefined;

  /** What tells this installation from others; of its own for each process while it cannot be remembered. */
  function identify(): Promise<string> {
    installation ??= memory.settle(DOCUMENTS.installation, fallback).catch(() => {
      installation = undefined;
      return fallback;
    });
    return installation;
  }

  const collectorFor = (id: string) =>
    createCollector({ outbound, feeds, parser, judge, userAgent: USER_AGENT, installation: id });
  const collector = {
    ...collectorFor(fallback),
    collect: async (collected: Collected, now: number, signal: AbortSignal) =>
      collectorFor(await identify()).collect(collected, now, signal),
  };
  const newsroom = createNewsroom({ memory, collector, feeds });

  async function readFearAndGreed() {
    return parseFearAndGreed(await memory.read(DOCUMENTS.fearAndGreed));
  }

  let asking = false;
  async function followFearAndGreed(now: number, signal: AbortSignal): Promise<void> {
    if (asking) return;
    asking = true;
    try {
      const before = await readFearAndGreed();
      const after = await askFearAndGreed(before, {
        outbound,
        url: fearAndGreedUrl,
        userAgent: USER_AGENT,
        installation: await identify(),
        now,
        signal,
      });
      if (after !== before) await memory.write(DOCUMENTS.fearAndGreed, JSON.stringify(after));
    } finally {
      asking = false;
    }
  }

  const livePull = createLivePull({
    desk,
    newsroom: {
      ...newsroom,
      collect(now, signal) {
        const collected = newsroom.collect(now, signal);
        background.add(collected);
        return collected;
      },
    },
    interval,
    halfLife,
    isCurrent: ({ polls }, now) =>
      feeds.every(({ address }) => (polls[address]?.due ?? Number.NEGATIVE_INFINITY) > now - OVERDUE),
    troubles: (collected) => troublesOf(collector.report(collected)),
  });

  return {
    name: 'live',
    pull(request) {
      background.add(followFearAndGreed(request.now, request.signal));
      return livePull(request);
    },
    lag: async () => jitter('tick', await identify()) * Math.min(interval / 10, LONGEST_LAG),
    async report(now) {
      const [prices, collected, index] = await Promise.all([
        desk.read(),
        newsroom.learn(now),
        readFearAndGreed(),
      ]);
      return {
        price: reportPrices(exchanges, prices),
        sentiment: {
          ...sentimentAt(collected.headlines, now, halfLife),
          feeds: collector.report(collected),
          headlines: reportHeadlines(collected.headlines, now),
        },
        fearAndGreed: reportFearAndGreed(index),
      };
    },
    async figures(now) {
      const { headlines } = await newsroom.learn(now);
      return (time, sentiment) => figuresAt(headlines, time, { halfLife, sentiment });
    },
    async [Symbol.asyncDispose]() {
      await background.over();
      await parser[Symbol.asyncDispose]();
    },
  };
}
