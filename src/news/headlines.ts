import type { Item } from './feeds/parse.ts';

/** What is said of a title, once, when the headline is first seen. */
export interface Judgement {
  /** Whether it is about Bitcoin or the market as a whole: others do not count. */
  readonly aboutMarket: boolean;
  /** In [−1, 1]; absent where the title takes no side that can be told. */
  readonly score?: number;
  readonly label: 'positive' | 'neutral' | 'negative';
  /** Why, for readers: plain JSON, as the scorer gives it. */
  readonly because: unknown;
}

/** A headline as it is kept: plain JSON. Copies of one story are kept side by side, each from its own feed. */
export interface Headline extends Item, Judgement {
  /** The name of the feed that brought it. */
  readonly source: string;
}

/** How long a headline is kept after it was published, and how far ahead of the clock one may be. Milliseconds. */
const KEPT = 72 * 3_600_000;

/** Of one feed; the newest stay. The busiest feeds have some hundreds in three days. */
const MOST_OF_ONE_FEED = 1000;

const identityOf = ({ source, id }: { source: string; id: string }): string => `${source}\n${id}`;

const compareText = (one: string, other: string): number => (one < other ? -1 : Number(one > other));

/** Oldest first; the rest of the order only has to be the same everywhere. */
function compare(one: Headline, other: Headline): number {
  return (
    one.published - other.published ||
    compareText(one.source, other.source) ||
    compareText(one.id, other.id) ||
    compareText(one.title, other.title)
  );
}

/** The items that are not kept yet, nor too old or too far ahead to be: those that have to be judged. */
export function newItems(
  kept: readonly Headline[],
  { source, items, now }: { source: string; items: readonly Item[]; now: number },
): Item[] {
  const known = new Set(kept.map(identityOf));
  return items.filter(
    (item) => Math.abs(now - item.published) <= KEPT && !known.has(identityOf({ source, id: item.id })),
  );
}

function newestOfEach(headlines: readonly Headline[]): Headline[] {
  const counts = new Map<string, number>();
  const newestFirst = headlines.toReversed().filter(({ source }) => {
    const count = (counts.get(source) ?? 0) + 1;
    counts.set(source, count);
    return count <= MOST_OF_ONE_FEED;
  });
  return newestFirst.reverse();
}

/**
 * The headlines to keep at a time, oldest first. What a feed has shown once stays as it was first seen, whatever is
 * edited afterwards; of two that it shows at once under one identity, what is dated earlier counts as seen first.
 */
export function mergeHeadlines(
  kept: readonly Headline[],
  arrived: readonly Headline[],
  now: number,
): readonly Headline[] {
  const merged = new Map(kept.map((headline) => [identityOf(headline), headline]));
  for (const headline of arrived.toSorted(compare)) {
    const identity = identityOf(headline);
    if (!merged.has(identity)) merged.set(identity, headline);
  }
  const current = [...merged.values()].filter(({ published }) => Math.abs(now - published) <= KEPT);
  return newestOfEach(current.toSorted(compare));
}

/**
 * One headline of each story among those published in `(after, until]`: of copies the earliest. Oldest first, as they
 * are kept. Epoch milliseconds.
 */
export function storiesBetween(headlines: readonly Headline[], after: number, until: number): Headline[] {
  const told = new Set<string>();
  return headlines.filter(({ story, published }) => {
    if (published <= after || published > until || told.has(story)) return false;
    told.add(story);
    return true;
  });
}
