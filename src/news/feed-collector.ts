import { setImmediate } from 'node:timers/promises';
import type { FeedReport } from '../domain/sources/report.ts';
import type { Outbound } from '../outbound/client.ts';
import { NOT_REQUESTED, statusOf } from '../stores/upstream-status.ts';
import type { Feed } from './feeds/feed-list.ts';
import { fetchFeed } from './feeds/fetch.ts';
import type { Item } from './feeds/parse.ts';
import type { FeedParser } from './feeds/parser.ts';
import { isDue, nextPoll, type Poll } from './feeds/polling.ts';
import { type Headline, type Judgement, mergeHeadlines, newItems } from './headlines.ts';

/** What is known of the feeds: plain JSON. */
export interface Collected {
  /** By the feed's URL. */
  readonly polls: Readonly<Record<string, Poll>>;
  /** As `mergeHeadlines` returns them. The same array if nothing has changed. */
  readonly headlines: readonly Headline[];
}

export const NOTHING_COLLECTED: Collected = { polls: {}, headlines: [] };

export type Collector = ReturnType<typeof createCollector>;

interface CollectorOptions {
  readonly outbound: Outbound;
  readonly feeds: readonly Feed[];
  readonly parser: FeedParser;
  /** @param feed the name of the title's feed. */
  readonly judge: (title: string, feed: string) => Judgement;
  /** The id of this installation, which spreads requests over time. */
  readonly installation: string;
  /** For each feed, including redirects, body and parsing. */
  readonly deadlineMs?: number;
}

const DEADLINE_MS = 8000;

/** Time for judging titles in one turn of the event loop. A malicious title alone can take 10 ms. */
const SLICE_MS = 5;

/** Collects headlines from news feeds. The collector itself has no state. */
export function createCollector(options: CollectorOptions) {
  const { outbound, feeds, parser, judge, installation, deadlineMs = DEADLINE_MS } = options;

  function request(
    { name, address }: Feed,
    { polls, headlines }: Collected,
    now: number,
    signal: AbortSignal,
  ) {
    const poll = polls[address];
    // Without stored headlines of the feed, "not modified" would be useless.
    const isStored = headlines.some(({ source }) => source === name);
    const validators = (isStored && poll?.validators) || {};
    return fetchFeed({
      outbound,
      address,
      charset: poll?.charset,
      validators,
      parser,
      deadlineMs,
      now,
      signal,
    });
  }

  async function judged(items: readonly Item[], source: string): Promise<Headline[]> {
    const headlines: Headline[] = [];
    let began = performance.now();
    for (const item of items) {
      headlines.push({ ...item, ...judge(item.title, source), source });
      if (performance.now() - began < SLICE_MS) continue;
      await setImmediate();
      began = performance.now();
    }
    return headlines;
  }

  /**
   * Fetches all feeds that are due, in parallel, and adds their headlines. A feed that fails is not an error.
   *
   * @param now the time of the poll, in epoch milliseconds.
   * @throws the signal's reason.
   */
  async function collect(collected: Collected, now: number, signal: AbortSignal): Promise<Collected> {
    const due = feeds.filter(({ address }) => isDue(collected.polls[address], now));
    const known = collected.headlines.filter(({ source }) => feeds.some(({ name }) => name === source));
    const answers = await Promise.all(
      due.map(async (feed) => [feed, await request(feed, collected, now, signal)] as const),
    );
    const polls: Record<string, Poll> = {};
    for (const { address } of feeds) {
      const poll = collected.polls[address];
      if (poll) polls[address] = poll;
    }
    const arrived: Headline[] = [];
    for (const [{ name, address }, answer] of answers) {
      polls[address] = nextPoll(polls[address], answer, { address, installation, now });
      if (answer.kind !== 'items') continue;
      arrived.push(...(await judged(newItems(known, { source: name, items: answer.items, now }), name)));
    }
    signal.throwIfAborted();
    const merged = due.length === 0 ? known : mergeHeadlines(known, arrived, now);
    const isSame = arrived.length === 0 && merged.length === collected.headlines.length;
    return { polls, headlines: isSame ? collected.headlines : merged };
  }

  return {
    collect,
    report: ({ polls, headlines }: Collected): FeedReport[] =>
      feeds.map(({ name, address }) => {
        const poll = polls[address];
        const status = poll ? statusOf(poll) : NOT_REQUESTED;
        return { name, ...status, headlines: headlines.filter(({ source }) => source === name).length };
      }),
  };
}
