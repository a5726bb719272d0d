import { randomUUID } from 'node:crypto';
import { troublesOf } from '../../domain/upstream-errors.ts';
import { type ConfiguredExchange, openExchange } from '../../exchanges/exchanges.ts';
import { createPriceSource } from '../../exchanges/price-source.ts';
import { type Collected, createCollector } from '../../news/feed-collector.ts';
import type { Feed } from '../../news/feeds/feed-list.ts';
import { openParser } from '../../news/feeds/parser.ts';
import { jitter } from '../../news/feeds/polling.ts';
import { createHeadlineStore } from '../../news/headline-store.ts';
import type { Judgement } from '../../news/headlines.ts';
import { createSavedPolls } from '../../news/saved-state.ts';
import { sentimentAt } from '../../news/sentiment.ts';
import { figuresAt } from '../../news/sentiment-series.ts';
import type { Outbound } from '../../outbound/client.ts';
import { isAboutMarket } from '../../sentiment/about-market.ts';
import { score } from '../../sentiment/score.ts';
import type { OnInvalidState } from '../../stores/saved-state.ts';
import type { StateStore } from '../../stores/state-store.ts';
import { reportHeadlines } from '../headline-report.ts';
import type { Source } from '../source.ts';
import { createBackground } from './background.ts';
import { updateFearAndGreed } from './fear-and-greed.ts';
import { createLivePull } from './live.ts';
import { reportFearAndGreed, reportPrices } from './report.ts';
import { readInstallationId, savedFearAndGreed } from './saved-state.ts';

export interface LiveSettings {
  readonly exchanges: readonly ConfiguredExchange[];
  readonly fearAndGreedUrl: string;
  readonly newsFeeds: readonly Feed[];
  /** Milliseconds. */
  readonly halfLife: number;
  /** The time between two ticks, in milliseconds; 0 if there are none. */
  readonly interval: number;
}

/** The longest delay of a pull after its tick; with short intervals a tenth of the interval. */
const MAX_TICK_DELAY_MS = 6000;

/** How long a feed may be overdue while its headlines still count as current. */
const MAX_OVERDUE_MS = 60_000;

export function judge(title: string, feed: string): Judgement {
  const { score: value, label, because } = score(title, { feed });
  return {
    aboutMarket: isAboutMarket(title, { feed }),
    ...(value !== undefined && { score: value }),
    label,
    because,
  };
}

/** Opens the source that takes prices from exchanges and sentiment from news feeds. */
export function openLive(
  settings: LiveSettings,
  {
    stateStore,
    outbound,
    onInvalidState,
  }: { stateStore: StateStore; outbound: Outbound; onInvalidState: OnInvalidState },
): Source {
  const { interval, halfLife, fearAndGreedUrl, newsFeeds: feeds } = settings;
  const exchanges = settings.exchanges.map((exchange) => openExchange(exchange, { outbound }));
  const parser = openParser();
  const background = createBackground();
  const runInBackground = background.add;
  const priceSource = createPriceSource({ stateStore, onInvalidState, exchanges, runInBackground });
  const fallback = randomUUID();
  let installation: Promise<string> | undefined;

  /** The id of this installation. While it cannot be read or saved, each process uses a random one. */
  function identify(): Promise<string> {
    installation ??= readInstallationId(stateStore, fallback, onInvalidState).catch(() => {
      installation = undefined;
      return fallback;
    });
    return installation;
  }

  const collectorFor = (id: string) => createCollector({ outbound, feeds, parser, judge, installation: id });
  const collector = {
    ...collectorFor(fallback),
    collect: async (collected: Collected, now: number, signal: AbortSignal) =>
      collectorFor(await identify()).collect(collected, now, signal),
  };
  const savedPolls = createSavedPolls(stateStore, onInvalidState);
  const headlineStore = createHeadlineStore({ stateStore, savedPolls, collector, feeds, onInvalidState });

  const fearAndGreed = savedFearAndGreed(stateStore, onInvalidState);
  let isUpdatingIndex = false;
  async function updateIndex(now: number, signal: AbortSignal): Promise<void> {
    if (isUpdatingIndex) return;
    isUpdatingIndex = true;
    try {
      const before = await fearAndGreed.read(now);
      const installation = await identify();
      const request = { outbound, url: fearAndGreedUrl, installation, now, signal };
      const after = await updateFearAndGreed(before, request);
      if (after !== before) await fearAndGreed.write(after);
    } finally {
      isUpdatingIndex = false;
    }
  }

  const livePull = createLivePull({
    priceSource,
    headlineStore: {
      ...headlineStore,
      collect(now, signal) {
        const collected = headlineStore.collect(now, signal);
        background.add(collected);
        return collected;
      },
    },
    interval,
    halfLife,
    isCurrent: ({ polls }, now) =>
      feeds.every(({ address }) => (polls[address]?.due ?? Number.NEGATIVE_INFINITY) > now - MAX_OVERDUE_MS),
    troubles: (collected) => troublesOf(collector.report(collected)),
  });

  return {
    name: 'live',
    pull(request) {
      background.add(updateIndex(request.now, request.signal));
      return livePull(request);
    },
    tickDelayMs: async () => jitter('tick', await identify()) * Math.min(interval / 10, MAX_TICK_DELAY_MS),
    async report(now) {
      const [prices, collected, index] = await Promise.all([
        priceSource.read(now),
        headlineStore.load(now),
        fearAndGreed.read(now),
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
      const { headlines } = await headlineStore.load(now);
      return (time, sentiment) => figuresAt(headlines, time, { halfLifeMs: halfLife, sentiment });
    },
    async [Symbol.asyncDispose]() {
      await background.settled();
      await parser[Symbol.asyncDispose]();
    },
  };
}
