import { setImmediate } from 'node:timers/promises';
import type { Outbound } from '../outbound/client.ts';
import type { Feed } from './feeds/feed-list.ts';
import { askFeed, type FeedAnswer } from './feeds/fetch.ts';
import type { Item } from './feeds/parse.ts';
import type { FeedParser } from './feeds/parser.ts';
import { afterAnswer, isDue, type Poll } from './feeds/polling.ts';
import { type Headline, type Judgement, mergeHeadlines, newItems } from './headlines.ts';

/** All that is remembered of feeds: plain JSON, that goes in and comes out. */
export interface Collected {
  /** By the feed's address. */
  readonly polls: Readonly<Record<string, Poll>>;
  /** As `mergeHeadlines` gives them; the same array where nothing has changed. */
  readonly headlines: readonly Headline[];
}

export const NOTHING_COLLECTED: Collected = { polls: {}, headlines: [] };

interface FeedReport {
  readonly name: string;
  readonly state: Poll['state'];
  /** Absent for a feed that was never asked. Epoch milliseconds. */
  readonly since?: number;
  readonly reason?: string;
  /** Epoch milliseconds. */
  readonly lastSuccess?: number;
  /** How many headlines of it are kept. */
  readonly headlines: number;
}

export interface Collector {
  /**
   * Asks the feeds that are due, all at once, and adds what they bring. That a feed fails is no error.
   *
   * @param now the time that the poll is made for, in epoch milliseconds.
   * @throws when `signal` ends it: its reason.
   */
  collect(collected: Collected, now: number, signal: AbortSignal): Promise<Collected>;
  /** Whether every feed has answered or failed at least once. */
  isComplete(collected: Collected): boolean;
  report(collected: Collected): FeedReport[];
}

interface CollectorOptions {
  readonly outbound: Outbound;
  readonly feeds: readonly Feed[];
  readonly parser: FeedParser;
  /** Judges a title; `feed` is the name of the feed that brought it. */
  readonly judge: (title: string, feed: string) => Judgement;
  readonly userAgent: string;
  /** What tells this installation from others, so that they do not all ask at the same moment. */
  readonly installation: string;
  /** For each feed, everything together. Milliseconds. */
  readonly deadline?: number;
}

const DEADLINE = 8000;

/** How long titles are judged between two turns of the event loop: one that is made to be slow takes ten. Milliseconds. */
const SLICE = 5;

/** Collects headlines from news feeds. It remembers nothing: what is collected goes in and comes out. */
export function createCollector(options: CollectorOptions): Collector {
  const { outbound, feeds, parser, judge, userAgent, installation, deadline = DEADLINE } = options;

  const ask = (feed: Feed, { polls, headlines }: Collected, now: number, signal: AbortSignal) =>
    askFeed({
      outbound,
      address: feed.address,
      charset: polls[feed.address]?.charset,
      // Where nothing of it is kept, "not modified" would say nothing.
      validators:
        (headlines.some(({ source }) => source === feed.name) && polls[feed.address]?.validators) || {},
      userAgent,
      parser,
      deadline,
      now,
      signal,
    });

  async function judged(items: readonly Item[], source: string): Promise<Headline[]> {
    const headlines: Headline[] = [];
    let began = performance.now();
    for (const item of items) {
      headlines.push({ ...item, ...judge(item.title, source), source });
      if (performance.now() - began < SLICE) continue;
      await setImmediate();
      began = performance.now();
    }
    return headlines;
  }

  async function collect(collected: Collected, now: number, signal: AbortSignal): Promise<Collected> {
    const due = feeds.filter(({ address }) => isDue(collected.polls[address], now));
    const ofFeeds = collected.headlines.filter(({ source }) => feeds.some(({ name }) => name === source));
    const kept = ofFeeds.length === collected.headlines.length ? collected.headlines : ofFeeds;
    const answers = await Promise.all(
      due.map(async (feed): Promise<[Feed, FeedAnswer]> => [feed, await ask(feed, collected, now, signal)]),
    );
    const polls = Object.fromEntries(
      feeds.flatMap(({ address }) => {
        const poll = collected.polls[address];
        return poll ? [[address, poll]] : [];
      }),
    );
    const arrived: Headline[] = [];
    for (const [{ name, address }, answer] of answers) {
      polls[address] = afterAnswer(polls[address], answer, { address, installation, now });
      if (answer.kind !== 'items') continue;
      arrived.push(...(await judged(newItems(kept, { source: name, items: answer.items, now }), name)));
    }
    signal.throwIfAborted();
    const merged = due.length === 0 ? kept : mergeHeadlines(kept, arrived, now);
    const isSame = arrived.length === 0 && merged.length === collected.headlines.length;
    return { polls, headlines: isSame ? collected.headlines : merged };
  }

  return {
    collect,
    isComplete: ({ polls }) => feeds.every(({ address }) => polls[address] !== undefined),
    report: ({ polls, headlines }) =>
      feeds.map(({ name, address }) => {
        const count = headlines.filter(({ source }) => source === name).length;
        const poll = polls[address];
        if (!poll) return { name, state: 'resting', reason: 'was not asked yet', headlines: count };
        const { state, since, reason, lastSuccess } = poll;
        return {
          name,
          state,
          since,
          ...(reason === undefined ? {} : { reason }),
          ...(lastSuccess === undefined ? {} : { lastSuccess }),
          headlines: count,
        };
      }),
  };
}
