import { setTimeout as sleep } from 'node:timers/promises';
import { ignoreRejection, publicReason, SourceError } from '../../domain/errors.ts';
import type { Sample } from '../../domain/sample.ts';
import { describeTroubles, type UpstreamTrouble } from '../../domain/upstream-errors.ts';
import type { PriceSource } from '../../exchanges/price-source.ts';
import { type Collected, NOTHING_COLLECTED } from '../../news/feed-collector.ts';
import type { HeadlineStore } from '../../news/headline-store.ts';
import { countedAt } from '../../news/sentiment.ts';
import { sentimentsAt } from '../../news/sentiment-series.ts';
import { admitAll } from '../admit-records.ts';
import type { Pull, PullRequest } from '../source.ts';
import { createRecentSamples } from './recent-samples.ts';

export interface LiveOptions {
  readonly priceSource: PriceSource;
  readonly headlineStore: HeadlineStore;
  /** The time between two ticks, in milliseconds; 0 if there are none. */
  readonly interval: number;
  /** Milliseconds. */
  readonly halfLife: number;
  /** Whether the feeds were polled recently enough for the headlines to give the current sentiment. */
  readonly isCurrent: (collected: Collected, now: number) => boolean;
  /** The upstreams other than exchanges whose last request failed. */
  readonly troubles: (collected: Collected) => readonly UpstreamTrouble[];
}

/** Feeds that answer within this time come in one part with the price. */
const GRACE_MS = 300;
/** More than the deadline of feeds. */
const FEEDS_WAIT_MS = 9000;

/** The time of a pull's sample: its tick, or its second if there are no ticks. */
function sampleTimeOf(now: number, interval: number): number {
  const width = interval === 0 ? 1000 : interval;
  return Math.floor(now / width) * width;
}

interface News {
  readonly collected: Collected;
  /** Whether all feeds that were due have answered or failed. */
  readonly isSettled: boolean;
  /** Why nothing could be collected: one line that may be shown to users. */
  readonly problem?: string;
}

/** Waits for the feeds up to a limit, after which it returns the headlines known before. */
async function waitForNews(
  pending: Promise<Collected>,
  { known, waitMs, signal }: { known: Collected; waitMs: number; signal: AbortSignal },
): Promise<News> {
  const timer = new AbortController();
  try {
    const answered = pending.then((collected) => ({ collected, isSettled: true }));
    const late = sleep(waitMs, { collected: known, isSettled: false }, { signal: timer.signal });
    return await Promise.race([answered, late]);
  } catch (error) {
    signal.throwIfAborted();
    return { collected: known, isSettled: false, problem: publicReason(error) };
  } finally {
    timer.abort();
  }
}

/** Samples made here are validated like those of any source. */
const admitSamples = (samples: readonly Sample[], now: number): Promise<Pull> =>
  admitAll(samples, { now, timeUnit: 1, read: (sample) => sample as Required<Sample> });

/**
 * Pulls the current price and sentiment, and the missing ones of the last 24 hours. If feeds are slow and their stored
 * headlines are old, it yields the prices before the sentiments.
 */
export function createLivePull(options: LiveOptions): (request: PullRequest) => AsyncIterable<Pull> {
  const { priceSource, headlineStore, interval, halfLife, isCurrent, troubles } = options;
  const recentSamples = createRecentSamples();
  let collecting: Promise<Collected> | undefined;
  /** Times that have no sentiment with these headlines. They are retried when the headlines change. */
  let tried = { headlines: NOTHING_COLLECTED.headlines, times: new Set<number>() };

  function collect(now: number, signal: AbortSignal): Promise<Collected> {
    collecting ??= headlineStore.collect(now, signal).finally(() => {
      collecting = undefined;
    });
    return collecting;
  }

  async function sentiments(
    past: readonly number[],
    sampleTime: number,
    { collected, isSettled, problem }: News,
  ) {
    if (problem !== undefined) return new Map<number, number>();
    const { headlines } = collected;
    if (tried.headlines !== headlines) tried = { headlines, times: new Set() };
    const { times: without } = tried;
    const candidates = isSettled ? [...new Set(past)] : [];
    const times = candidates.filter((time) => time !== sampleTime && !without.has(time));
    const values = await sentimentsAt(headlines, [...times, sampleTime], halfLife);
    for (const time of times) if (!values.has(time)) without.add(time);
    return values;
  }

  function whyNoSentiment({ collected, problem }: News, sampleTime: number): string {
    return problem ?? `too few headlines count: ${countedAt(collected.headlines, sampleTime).length}`;
  }

  return async function* pull({ now, signal, samples }) {
    const sampleTime = sampleTimeOf(now, interval);
    // The price does not need the state store.
    const known = await headlineStore.load(now).catch(() => NOTHING_COLLECTED);
    const pending = collect(now, signal);
    pending.catch(ignoreRejection);
    const recent = await recentSamples.read(now, samples);
    const update = await priceSource.update({ sampleTime, now, stored: recent.prices, signal });
    const { price, absence, filled } = update;
    const prices: Sample[] = [...filled, ...(price === undefined ? [] : [{ time: sampleTime, price }])];

    let news = await waitForNews(pending, { known, waitMs: GRACE_MS, signal });
    // A sentiment that misses recent headlines would be wrong, and stored for good.
    const isEarly = !news.isSettled && news.problem === undefined && !isCurrent(known, now);
    if (isEarly) {
      if (prices.length > 0) yield await admitSamples(prices, now);
      news = await waitForNews(pending, { known, waitMs: FEEDS_WAIT_MS, signal });
    }
    const past = [...recent.withoutSentiment, ...filled.map(({ time }) => time)];
    const values = await sentiments(past, sampleTime, news);
    const sentiment = values.get(sampleTime);
    const noSentiment = sentiment === undefined ? whyNoSentiment(news, sampleTime) : undefined;
    const others = troubles(news.collected);
    const all = update.troubles && [...update.troubles, ...others];
    if (prices.length === 0 && values.size === 0) {
      const why = [noSentiment, ...describeTroubles(others)].join('; ');
      const message = `no price: ${absence ?? 'none'}; no sentiment: ${why}`;
      throw new SourceError('absent', message, { troubles: all });
    }

    const found = new Map<number, Sample>(isEarly ? [] : prices.map((sample) => [sample.time, sample]));
    for (const [time, value] of values) found.set(time, { ...found.get(time), time, sentiment: value });
    const admitted = await admitSamples([...found.values()], now);
    signal.throwIfAborted();
    yield {
      ...admitted,
      notes: {
        troubles: all,
        absent: {
          ...(absence !== undefined && { price: absence }),
          ...(noSentiment !== undefined && { sentiment: noSentiment }),
        },
        filled: { price: filled.length, sentiment: values.size - (sentiment === undefined ? 0 : 1) },
      },
    };
    // The cache can only take samples of the current time.
    if (filled.length > 0 || values.size > 1) recentSamples.invalidate();
    else if (price !== undefined)
      recentSamples.add({ time: sampleTime, price, ...(sentiment !== undefined && { sentiment }) });
  };
}
