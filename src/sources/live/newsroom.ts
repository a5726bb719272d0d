import { setImmediate } from 'node:timers/promises';
import type { KeptHeadlines, Memory } from '../../stores/store.ts';
import type { OnUnfit } from '../remembered.ts';
import type { Collected, Collector } from './feeds/collector.ts';
import { type Headline, mergeHeadlines } from './feeds/headlines.ts';
import type { Feed } from './feeds/news-feeds.ts';
import type { Poll } from './feeds/polls.ts';
import { parseHeadline, type RememberedPolls } from './remembered.ts';

/** What the feeds have said, as all processes of a fleet know it. */
export interface Newsroom {
  /**
   * What is known, once that of other processes is read.
   *
   * @param now epoch milliseconds.
   * @throws StoreError.
   */
  learn(now: number): Promise<Collected>;
  /**
   * The same, once the feeds that are due were asked.
   *
   * @throws StoreError; the signal's reason.
   */
  collect(now: number, signal: AbortSignal): Promise<Collected>;
}

/** Texts parsed between two turns of the event loop: a few milliseconds of work. */
const SLICE = 200;

/** How long it is remembered when a feed was asked that this process does not ask: another one may. Milliseconds. */
const POLL_KEPT = 86_400_000;

const keyOf = ({ source, id }: Headline): string => `${source}\n${id}`;

/** One set of headlines, whole: whatever is said of a set is said of this very one. */
interface Known {
  /** Of the set as it is kept; `undefined` where it has to be read again. */
  readonly mark: string | undefined;
  readonly headlines: readonly Headline[];
  /** Keys that hold what is no headline, or none any more. */
  readonly useless: readonly string[];
}

export function createNewsroom(options: {
  memory: Memory;
  rememberedPolls: RememberedPolls;
  collector: Collector;
  feeds: readonly Feed[];
  onUnfit: OnUnfit;
}): Newsroom {
  const { memory, rememberedPolls, collector, feeds, onUnfit } = options;
  const names = new Set(feeds.map(({ name }) => name));
  let known: Known = { mark: undefined, headlines: [], useless: [] };
  let reading: Promise<unknown> = Promise.resolve();

  async function parse({ mark, texts }: KeptHeadlines, now: number): Promise<Known> {
    const parsed: Headline[] = [];
    const unreadable: string[] = [];
    let count = 0;
    for (const [key, text] of texts) {
      const headline = parseHeadline(text);
      if (headline && keyOf(headline) === key) parsed.push(headline);
      else unreadable.push(key);
      count += 1;
      if (count % SLICE === 0) await setImmediate();
    }
    if (unreadable.length > 0) onUnfit('headlines');
    const current = mergeHeadlines(parsed, [], now);
    const ofNow = new Set(current);
    return {
      mark,
      headlines: current.filter(({ source }) => names.has(source)),
      useless: [...unreadable, ...parsed.filter((one) => !ofNow.has(one)).map(keyOf)],
    };
  }

  /** One read after the other, so that an older set never takes the place of a newer one. */
  function readHeadlines(now: number): Promise<Known> {
    const next = reading.then(async () => {
      const kept = await memory.headlines(known.mark);
      if (kept) known = await parse(kept, now);
      return known;
    });
    reading = next.catch(() => 'told to the one who asked');
    return next;
  }

  async function learn(now: number): Promise<Collected & Pick<Known, 'useless'>> {
    // Polls before headlines, as they are written after them: so no feed seems asked whose headlines are not here.
    const polls = (await rememberedPolls.read(now)) ?? {};
    const { headlines, useless } = await readHeadlines(now);
    return { polls, headlines, useless };
  }

  async function keepHeadlines(before: Collected & Pick<Known, 'useless'>, after: Collected): Promise<void> {
    const [old, current] = [new Set(before.headlines), new Set(after.headlines)];
    const arrived = after.headlines.filter((one) => !old.has(one));
    const gone = before.headlines.filter((one) => !current.has(one)).map(keyOf);
    const forget = [...before.useless, ...gone];
    if (arrived.length === 0 && forget.length === 0) return;
    const keep = new Map(arrived.map((one) => [keyOf(one), JSON.stringify(one)]));
    await memory.changeHeadlines({ keep, forget });
  }

  async function keepPolls(before: Collected, after: Collected, now: number): Promise<void> {
    const others = Object.entries(before.polls).filter(
      ([, poll]: [string, Poll]) => poll.due > now - POLL_KEPT,
    );
    const polls = { ...Object.fromEntries(others), ...after.polls };
    if (JSON.stringify(polls) !== JSON.stringify(before.polls)) await rememberedPolls.write(polls);
  }

  return {
    learn,
    async collect(now, signal) {
      const before = await learn(now);
      const after = await collector.collect(before, now, signal);
      await keepHeadlines(before, after);
      await keepPolls(before, after, now);
      return after;
    },
  };
}
