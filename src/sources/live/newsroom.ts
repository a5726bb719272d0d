import { setImmediate } from 'node:timers/promises';
import type { Memory } from '../../stores/store.ts';
import type { Collected, Collector } from './feeds/collector.ts';
import { type Headline, mergeHeadlines } from './feeds/headlines.ts';
import type { Feed } from './feeds/news-feeds.ts';
import { type KeptPolls, keptPolls, pollsOf, renamedFeeds } from './kept-polls.ts';
import { DOCUMENTS, parseHeadline, parsePolls } from './remembered.ts';

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

const keyOf = ({ source, id }: Headline): string => `${source}\n${id}`;

export function createNewsroom(options: {
  memory: Memory;
  collector: Collector;
  feeds: readonly Feed[];
}): Newsroom {
  const { memory, collector, feeds } = options;
  const names = new Set(feeds.map(({ name }) => name));
  let mark: string | undefined;
  let headlines: readonly Headline[] = [];
  /** Keys that hold what is no headline, or none any more. */
  let useless: string[] = [];
  /** Headlines kept under a name that their feed had before. */
  let renamed: ReadonlySet<Headline> = new Set();
  let remembered: KeptPolls = {};

  async function read(texts: ReadonlyMap<string, string>, now: number): Promise<void> {
    const parsed: Headline[] = [];
    const unreadable: string[] = [];
    const moved = new Set<Headline>();
    const renames = renamedFeeds(feeds, remembered);
    let count = 0;
    for (const [key, text] of texts) {
      const headline = parseHeadline(text);
      const source = headline && renames.get(headline.source);
      if (!headline || keyOf(headline) !== key) unreadable.push(key);
      else if (source === undefined) parsed.push(headline);
      else {
        unreadable.push(key);
        moved.add({ ...headline, source });
      }
      count += 1;
      if (count % SLICE === 0) await setImmediate();
    }
    renamed = moved;
    // Where one is there under both names, the one under the new name counts.
    const current = mergeHeadlines([...moved, ...parsed], [], now);
    const known = new Set(current);
    useless = [...unreadable, ...parsed.filter((one) => !known.has(one)).map(keyOf)];
    headlines = current.filter(({ source }) => names.has(source));
  }

  async function learn(now: number): Promise<Collected> {
    // Polls before headlines, as they are written after them: so no feed seems asked whose headlines are not here.
    remembered = parsePolls(await memory.read(DOCUMENTS.feeds)) ?? {};
    const polls = pollsOf(feeds, remembered);
    const kept = await memory.headlines(mark);
    if (kept) {
      await read(kept.texts, now);
      mark = kept.mark;
    }
    return { polls, headlines };
  }

  async function keepHeadlines(before: Collected, after: Collected): Promise<void> {
    const [old, current] = [new Set(before.headlines), new Set(after.headlines)];
    const arrived = after.headlines.filter((one) => !old.has(one) || renamed.has(one));
    const gone = before.headlines.filter((one) => !current.has(one)).map(keyOf);
    const forget = [...useless, ...gone];
    if (arrived.length === 0 && forget.length === 0) return;
    const keep = new Map(arrived.map((one) => [keyOf(one), JSON.stringify(one)]));
    await memory.changeHeadlines({ keep, forget });
    // Another process may have been first with some of them: all are read again.
    mark = undefined;
  }

  async function keepPolls({ polls }: Collected, now: number): Promise<void> {
    const text = JSON.stringify(keptPolls(feeds, polls, remembered, now));
    if (text !== JSON.stringify(remembered)) await memory.write(DOCUMENTS.feeds, text);
  }

  return {
    learn,
    async collect(now, signal) {
      const before = await learn(now);
      const after = await collector.collect(before, now, signal);
      await keepHeadlines(before, after);
      await keepPolls(after, now);
      headlines = after.headlines;
      return after;
    },
  };
}
