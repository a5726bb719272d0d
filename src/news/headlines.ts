import { HOUR } from '../domain/time/time.ts';
import type { Item } from './feeds/parse.ts';

/** The result of scoring a title, once, when the headline is first seen. */
export interface Judgement {
  /** Whether it is about Bitcoin or the market as a whole. Other headlines do not count. */
  readonly aboutMarket: boolean;
  /** In [−1, 1]; absent if nothing in the title can be scored. */
  readonly score?: number;
  readonly label: 'positive' | 'neutral' | 'negative';
  /** The scorer's explanation: plain JSON. */
  readonly because: unknown;
}

/** A stored headline: plain JSON. Each feed's copy of a story is stored on its own. */
export interface Headline extends Item, Judgement {
  /** The feed's name. */
  readonly source: string;
}

/** How long a headline is stored after it was published, and how far ahead of the clock it may be. */
export const MAX_DISTANCE_MS = 72 * HOUR;

/** The newest ones of each feed are stored. The busiest feeds have some hundreds in three days. */
const MAX_PER_FEED = 1000;

/** Identifies a headline among all. */
export const headlineKey = ({ source, id }: { source: string; id: string }): string => `${source}\n${id}`;

const compareText = (one: string, other: string): number => (one < other ? -1 : Number(one > other));

/** Oldest first. Ties have a fixed order as well. */
function compare(one: Headline, other: Headline): number {
  return (
    one.published - other.published ||
    compareText(headlineKey(one), headlineKey(other)) ||
    compareText(one.title, other.title)
  );
}

const isCurrent = ({ published }: Item, now: number): boolean => Math.abs(now - published) <= MAX_DISTANCE_MS;

/** The items that are current and not stored yet, so that they have to be scored. */
export function newItems(
  stored: readonly Headline[],
  { source, items, now }: { source: string; items: readonly Item[]; now: number },
): Item[] {
  const known = new Set(stored.map(headlineKey));
  return items.filter((item) => isCurrent(item, now) && !known.has(headlineKey({ source, id: item.id })));
}

function newestOfEach(headlines: readonly Headline[]): Headline[] {
  const counts = new Map<string, number>();
  const newestFirst = headlines.toReversed().filter(({ source }) => {
    const count = (counts.get(source) ?? 0) + 1;
    counts.set(source, count);
    return count <= MAX_PER_FEED;
  });
  return newestFirst.reverse();
}

/**
 * Returns the headlines to store, oldest first. A headline stays as it was first seen, even if its feed edits it. Of two
 * that arrive at once under one key, the one with the earlier date counts as first.
 */
export function mergeHeadlines(
  stored: readonly Headline[],
  arrived: readonly Headline[],
  now: number,
): readonly Headline[] {
  const merged = new Map(stored.map((headline) => [headlineKey(headline), headline]));
  for (const headline of arrived.toSorted(compare)) {
    const key = headlineKey(headline);
    if (!merged.has(key)) merged.set(key, headline);
  }
  const current = [...merged.values()].filter((headline) => isCurrent(headline, now));
  return newestOfEach(current.toSorted(compare));
}

/** The earliest headline of each story among those published in `(after, until]` (epoch milliseconds), oldest first. */
export function storiesBetween(headlines: readonly Headline[], after: number, until: number): Headline[] {
  const seen = new Set<string>();
  return headlines.filter(({ story, published }) => {
    if (published <= after || published > until || seen.has(story)) return false;
    seen.add(story);
    return true;
  });
}
