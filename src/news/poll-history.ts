import { hash } from 'node:crypto';
import { DAY } from '../domain/time/bucket-width.ts';
import type { Feed } from './feeds/feed-list.ts';
import type { Poll } from './feeds/polling.ts';

interface StoredPoll extends Poll {
  /** The feed's name at that time, under which its headlines are stored. */
  readonly name?: string | undefined;
}

/** By a digest of the feed's address, which may contain secrets. Earlier versions stored the address itself. */
export type StoredPolls = Readonly<Record<string, StoredPoll>>;

const keyOf = (address: string): string => hash('sha256', address, 'hex').slice(0, 32);

const pollOf = (address: string, stored: StoredPolls): StoredPoll | undefined =>
  stored[keyOf(address)] ?? stored[address];

/** The polls of these feeds, by address. */
export function pollsOf(feeds: readonly Feed[], stored: StoredPolls): Record<string, Poll> {
  return Object.fromEntries(
    feeds.flatMap(({ address }) => {
      const poll = pollOf(address, stored);
      return poll ? [[address, poll]] : [];
    }),
  );
}

/** The current names of renamed feeds, by the names under which their headlines are stored. */
export function renamedFeeds(feeds: readonly Feed[], stored: StoredPolls): ReadonlyMap<string, string> {
  return new Map(
    feeds.flatMap(({ name, address }) => {
      const before = pollOf(address, stored)?.name;
      return before === undefined || before === name ? [] : [[before, name] as const];
    }),
  );
}

/** Returns the polls to store: those of these feeds, and recent ones of feeds that other processes may use. */
export function nextStoredPolls(
  feeds: readonly Feed[],
  polls: Readonly<Record<string, Poll>>,
  before: StoredPolls,
  now: number,
): StoredPolls {
  const others = Object.entries(before).filter(([key, { due }]) => due > now - DAY && !key.includes('://'));
  const own = feeds.flatMap(({ name, address }) => {
    const poll = polls[address];
    return poll ? [[keyOf(address), { ...poll, name }] as const] : [];
  });
  return Object.fromEntries([...others, ...own]);
}
