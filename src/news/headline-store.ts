import { setImmediate } from 'node:timers/promises';
import { ignoreRejection } from '../domain/errors.ts';
import type { OnUnfit } from '../stores/saved-state.ts';
import type { StateStore, StoredHeadlines } from '../stores/state-store.ts';
import type { Collected, Collector } from './feed-collector.ts';
import type { Feed } from './feeds/feed-list.ts';
import { type Headline, mergeHeadlines } from './headlines.ts';
import { type KeptPolls, keptPolls, pollsOf, renamedFeeds } from './poll-history.ts';
import { parseHeadline, type RememberedPolls } from './saved-state.ts';

/** The stored headlines of the feeds, which the processes of a fleet share. */
export interface HeadlineStore {
  /**
   * Reads what is stored, including what other processes have stored since.
   *
   * @param now epoch milliseconds.
   * @throws StoreError.
   */
  load(now: number): Promise<Collected>;
  /**
   * Reads what is stored, fetches the feeds that are due, and stores what they bring.
   *
   * @throws StoreError; the signal's reason.
   */
  collect(now: number, signal: AbortSignal): Promise<Collected>;
}

/** Texts parsed between two turns of the event loop: a few milliseconds of work. */
const SLICE = 200;

const keyOf = ({ source, id }: Headline): string => `${source}\n${id}`;

/** One set of headlines, whole: whatever is said of a set is said of this very one. */
interface Known {
  /** Of the set as it is kept; `undefined` where it has to be read again. */
  readonly mark: string | undefined;
  readonly headlines: readonly Headline[];
  /** Keys that hold what is no headline, or none any more. */
  readonly useless: readonly string[];
  /** Those of `headlines` that are kept under a name that their feed had before. */
  readonly renamed: ReadonlySet<Headline>;
}

/** What is known, with what the next change of it has to know. */
interface Learned extends Collected {
  readonly known: Known;
  readonly keptPolls: KeptPolls;
}

export function createHeadlineStore(options: {
  stateStore: StateStore;
  rememberedPolls: RememberedPolls;
  collector: Collector;
  feeds: readonly Feed[];
  onUnfit: OnUnfit;
}): HeadlineStore {
  const { stateStore, rememberedPolls, collector, feeds, onUnfit } = options;
  const names = new Set(feeds.map(({ name }) => name));
  let known: Known = { mark: undefined, headlines: [], useless: [], renamed: new Set() };
  let reading: Promise<unknown> = Promise.resolve();

  async function parse(
    { mark, texts }: StoredHeadlines,
    renames: ReadonlyMap<string, string>,
    now: number,
  ): Promise<Known> {
    const parsed: Headline[] = [];
    const unreadable: string[] = [];
    const moved: string[] = [];
    const renamed = new Set<Headline>();
    let count = 0;
    for (const [key, text] of texts) {
      const headline = parseHeadline(text);
      const source = headline && renames.get(headline.source);
      if (!headline || keyOf(headline) !== key) unreadable.push(key);
      else if (source === undefined) parsed.push(headline);
      else {
        moved.push(key);
        renamed.add({ ...headline, source });
      }
      count += 1;
      if (count % SLICE === 0) await setImmediate();
    }
    if (unreadable.length > 0) onUnfit('headlines');
    // If a headline is kept under both names, the one under the new name counts.
    const current = mergeHeadlines([...renamed, ...parsed], [], now);
    const ofNow = new Set(current);
    return {
      mark,
      headlines: current.filter(({ source }) => names.has(source)),
      useless: [...unreadable, ...moved, ...parsed.filter((one) => !ofNow.has(one)).map(keyOf)],
      renamed,
    };
  }

  /** One read after the other, so that an older set never takes the place of a newer one. */
  function readHeadlines(kept: KeptPolls, now: number): Promise<Known> {
    const next = reading.then(async () => {
      const texts = await stateStore.headlines(known.mark);
      if (texts) known = await parse(texts, renamedFeeds(feeds, kept), now);
      return known;
    });
    reading = next.catch(ignoreRejection);
    return next;
  }

  async function load(now: number): Promise<Learned> {
    // Polls before headlines, as they are written after them: so no feed seems asked whose headlines are not here.
    const kept = (await rememberedPolls.read(now)) ?? {};
    const current = await readHeadlines(kept, now);
    return { polls: pollsOf(feeds, kept), headlines: current.headlines, known: current, keptPolls: kept };
  }

  async function keepHeadlines(before: Learned, after: Collected): Promise<void> {
    const { useless, renamed } = before.known;
    const [old, current] = [new Set(before.headlines), new Set(after.headlines)];
    const arrived = after.headlines.filter((one) => !old.has(one) || renamed.has(one));
    const gone = before.headlines.filter((one) => !current.has(one)).map(keyOf);
    const forget = [...useless, ...gone];
    if (arrived.length === 0 && forget.length === 0) return;
    const keep = new Map(arrived.map((one) => [keyOf(one), JSON.stringify(one)]));
    await stateStore.changeHeadlines({ keep, forget });
  }

  async function keepPolls(before: Learned, after: Collected, now: number): Promise<void> {
    const polls = keptPolls(feeds, after.polls, before.keptPolls, now);
    if (JSON.stringify(polls) !== JSON.stringify(before.keptPolls)) await rememberedPolls.write(polls);
  }

  return {
    load,
    async collect(now, signal) {
      const before = await load(now);
      const after = await collector.collect(before, now, signal);
      await keepHeadlines(before, after);
      await keepPolls(before, after, now);
      return after;
    },
  };
}
