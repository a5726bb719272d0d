import { setImmediate } from 'node:timers/promises';
import { ignoreRejection } from '../domain/errors.ts';
import type { OnInvalidState, SavedState } from '../stores/saved-state.ts';
import type { StateStore, StoredHeadlines } from '../stores/state-store.ts';
import type { Collected, Collector } from './feed-collector.ts';
import type { Feed } from './feeds/feed-list.ts';
import { type Headline, headlineKey, mergeHeadlines } from './headlines.ts';
import { nextStoredPolls, pollsOf, renamedFeeds, type StoredPolls } from './poll-history.ts';
import { parseHeadline } from './saved-state.ts';

export type HeadlineStore = ReturnType<typeof createHeadlineStore>;

/** Texts parsed in one turn of the event loop: a few milliseconds of work. */
const SLICE = 200;

/** The parsed headlines, cached until the stored ones change. */
interface ParsedHeadlines {
  /** Identifies the stored set; `undefined` before the first read. */
  readonly mark: string | undefined;
  readonly headlines: readonly Headline[];
  /** Stored keys to delete: those of invalid, outdated and renamed headlines. */
  readonly obsolete: readonly string[];
  /** Those of `headlines` that are stored under an earlier name of their feed. */
  readonly renamed: ReadonlySet<Headline>;
}

interface Loaded extends Collected {
  readonly parsed: ParsedHeadlines;
  readonly storedPolls: StoredPolls;
}

/** The stored headlines of the feeds, shared by all processes over one state store. */
export function createHeadlineStore(options: {
  stateStore: StateStore;
  savedPolls: SavedState<StoredPolls>;
  collector: Collector;
  feeds: readonly Feed[];
  onInvalidState: OnInvalidState;
}) {
  const { stateStore, savedPolls, collector, feeds, onInvalidState } = options;
  const names = new Set(feeds.map(({ name }) => name));
  let cached: ParsedHeadlines = { mark: undefined, headlines: [], obsolete: [], renamed: new Set() };
  let reading: Promise<unknown> = Promise.resolve();

  async function parse(
    { mark, texts }: StoredHeadlines,
    renames: ReadonlyMap<string, string>,
    now: number,
  ): Promise<ParsedHeadlines> {
    const valid: Headline[] = [];
    const invalid: string[] = [];
    const moved: string[] = [];
    const renamed = new Set<Headline>();
    let count = 0;
    for (const [key, text] of texts) {
      const headline = parseHeadline(text);
      const source = headline && renames.get(headline.source);
      if (!headline || headlineKey(headline) !== key) invalid.push(key);
      else if (source === undefined) valid.push(headline);
      else {
        moved.push(key);
        renamed.add({ ...headline, source });
      }
      count += 1;
      if (count % SLICE === 0) await setImmediate();
    }
    if (invalid.length > 0) onInvalidState('headlines');
    // If a headline is stored under both names, the one under the new name counts.
    const current = mergeHeadlines([...renamed, ...valid], [], now);
    const currentSet = new Set(current);
    const outdated = valid.filter((one) => !currentSet.has(one)).map(headlineKey);
    return {
      mark,
      headlines: current.filter(({ source }) => names.has(source)),
      obsolete: [...invalid, ...moved, ...outdated],
      renamed,
    };
  }

  /** Reads run one after the other, so that an older set never replaces a newer one. */
  function readHeadlines(storedPolls: StoredPolls, now: number): Promise<ParsedHeadlines> {
    const next = reading.then(async () => {
      const stored = await stateStore.headlines(cached.mark);
      if (stored) cached = await parse(stored, renamedFeeds(feeds, storedPolls), now);
      return cached;
    });
    reading = next.catch(ignoreRejection);
    return next;
  }

  async function load(now: number): Promise<Loaded> {
    // Polls are written after headlines, so they are read before: the headlines of every poll are then in the set.
    const storedPolls = (await savedPolls.read(now)) ?? {};
    const parsed = await readHeadlines(storedPolls, now);
    return { polls: pollsOf(feeds, storedPolls), headlines: parsed.headlines, parsed, storedPolls };
  }

  async function saveHeadlines(before: Loaded, after: Collected): Promise<void> {
    const { obsolete, renamed } = before.parsed;
    const [old, current] = [new Set(before.headlines), new Set(after.headlines)];
    const arrived = after.headlines.filter((one) => !old.has(one) || renamed.has(one));
    const gone = before.headlines.filter((one) => !current.has(one)).map(headlineKey);
    const forget = [...obsolete, ...gone];
    if (arrived.length === 0 && forget.length === 0) return;
    const keep = new Map(arrived.map((one) => [headlineKey(one), JSON.stringify(one)]));
    await stateStore.changeHeadlines({ keep, forget });
  }

  async function savePolls({ storedPolls }: Loaded, after: Collected, now: number): Promise<void> {
    const polls = nextStoredPolls(feeds, after.polls, storedPolls, now);
    if (JSON.stringify(polls) !== JSON.stringify(storedPolls)) await savedPolls.write(polls);
  }

  return {
    /** Reads the stored polls and headlines, including those of other processes. @throws StoreError. */
    load: async (now: number): Promise<Collected> => load(now),
    /** Loads, fetches the feeds that are due, and stores the result. @throws StoreError; the signal's reason. */
    async collect(now: number, signal: AbortSignal): Promise<Collected> {
      const before = await load(now);
      const after = await collector.collect(before, now, signal);
      await saveHeadlines(before, after);
      await savePolls(before, after, now);
      return after;
    },
  };
}
