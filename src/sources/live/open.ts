import { randomUUID } from 'node:crypto';
import { troublesOf } from '../../domain/upstream-errors.ts';
import { type ExchangeAddresses, openExchanges } from '../../exchanges/exchanges.ts';
import { createPriceSource } from '../../exchanges/price-source.ts';
import { type Collected, createCollector } from '../../news/feed-collector.ts';
import type { Feed } from '../../news/feeds/feed-list.ts';
import { openParser } from '../../news/feeds/parser.ts';
import { jitter } from '../../news/feeds/polling.ts';
import { createHeadlineStore } from '../../news/headline-store.ts';
import type { Judgement } from '../../news/headlines.ts';
import { rememberPolls } from '../../news/saved-state.ts';
import { sentimentAt } from '../../news/sentiment.ts';
import { figuresAt } from '../../news/sentiment-series.ts';
import type { Outbound } from '../../outbound/client.ts';
import { USER_AGENT } from '../../outbound/user-agent.ts';
import { isAboutMarket } from '../../sentiment/about-market.ts';
import { score } from '../../sentiment/score.ts';
import type { OnUnfit } from '../../stores/saved-state.ts';
import type { StateStore } from '../../stores/state-store.ts';
import type { Source } from '../source.ts';
import { createBackground } from './background.ts';
import { askFearAndGreed } from './fear-and-greed.ts';
import { createLivePull } from './live.ts';
import { reportFearAndGreed, reportHeadlines, reportPrices } from './report.ts';
import { rememberFearAndGreed, settleInstallation } from './saved-state.ts';

export interface LiveSettings {
  readonly exchanges: ExchangeAddresses;
  readonly fearAndGreedUrl: string;
  readonly newsFeeds: readonly Feed[];
  /** Milliseconds. */
  readonly halfLife: number;
  /** Between two ticks; 0: there are none. Milliseconds. */
  readonly interval: number;
}

/** The longest delay of a pass after its tick; with short intervals a tenth of the interval. */
const MAX_LAG_MS = 6000;

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

/** The live source: exchanges, feeds and the index, with their saved state. */
export function openLive(
  settings: LiveSettings,
  { stateStore, outbound, onUnfit }: { stateStore: StateStore; outbound: Outbound; onUnfit: OnUnfit },
): Source {
  const { interval, halfLife, fearAndGreedUrl, newsFeeds: feeds } = settings;
  const exchanges = openExchanges(settings.exchanges, { outbound, userAgent: USER_AGENT });
  const parser = openParser();
  const background = createBackground();
  const priceSource = createPriceSource({
    stateStore,
    onUnfit,
    exchanges,
    runInBackground: background.add,
  });
  const fallback = randomUUID();
  let installation: Promise<string> | undefined;

  /** The id of this installation. While it cannot be read or saved, each process uses a random one. */
  function identify(): Promise<string> {
    installation ??= settleInstallation(stateStore, fallback, onUnfit).catch(() => {
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
  const headlineStore = createHeadlineStore({
    stateStore,
    rememberedPolls: rememberPolls(stateStore, onUnfit),
    collector,
    feeds,
    onUnfit,
  });

  const fearAndGreed = rememberFearAndGreed(stateStore, onUnfit);
  let asking = false;
  async function followFearAndGreed(now: number, signal: AbortSignal): Promise<void> {
    if (asking) return;
    asking = true;
    try {
      const before = await fearAndGreed.read(now);
      const after = await askFearAndGreed(before, {
        outbound,
        url: fearAndGreedUrl,
        userAgent: USER_AGENT,
        installation: await identify(),
        now,
        signal,
      });
      if (after !== before) await fearAndGreed.write(after);
    } finally {
      asking = false;
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
      background.add(followFearAndGreed(request.now, request.signal));
      return livePull(request);
    },
    lag: async () => jitter('tick', await identify()) * Math.min(interval / 10, MAX_LAG_MS),
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
      return (time, sentiment) => figuresAt(headlines, time, { halfLife, sentiment });
    },
    async [Symbol.asyncDispose]() {
      await background.over();
      await parser[Symbol.asyncDispose]();
    },
  };
}
