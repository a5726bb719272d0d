import { hash } from 'node:crypto';
import type { Feed } from './feeds/feed-list.ts';
import type { Poll } from './feeds/polling.ts';

/** A poll as it is remembered. */
interface KeptPoll extends Poll {
  /** The feed's name at that time, under which its headlines are kept. */
  readonly name?: string | undefined;
}

/** By a digest of the feed's address, which may hold secrets. Earlier versions kept the address itself. */
export type KeptPolls = Readonly<Record<string, KeptPoll>>;

/** How long the polls of feeds that this process does not ask are remembered: another one may. Milliseconds. */
const OTHERS_KEPT = 86_400_000;

const keyOf = (address: string): string => hash('sha256', address, 'hex').slice(0, 32);

const pollOf = (address: string, kept: KeptPolls): KeptPoll | undefined =>
  kept[keyOf(address)] ?? kept[address];

/** The polls of these feeds, by address. */
export function pollsOf(feeds: readonly Feed[], kept: KeptPolls): Record<string, Poll> {
  const polls: Record<string, Poll> = {};
  for (const { address } of feeds) {
    const poll = pollOf(address, kept);
    if (!poll) continue;
    const { name: _, ...rest } = poll;
    polls[address] = rest;
  }
  return polls;
}

/** The names of feeds that were renamed since, by the names that their headlines are kept under. */
export function renamedFeeds(feeds: readonly Feed[], kept: KeptPolls): ReadonlyMap<string, string> {
  return new Map(
    feeds.flatMap(({ name, address }) => {
      const before = pollOf(address, kept)?.name;
      return before === undefined || before === name ? [] : [[before, name] as const];
    }),
  );
}

/** What to remember once these feeds were asked. */
export function keptPolls(
  feeds: readonly Feed[],
  polls: Readonly<Record<string, Poll>>,
  before: KeptPolls,
  now: number,
): KeptPolls {
  const others = Object.entries(before).filter(
    ([key, { due }]) => due > now - OTHERS_KEPT && !key.includes('://'),
  );
  const own = feeds.flatMap(({ name, address }) => {
    const poll = polls[address];
    return poll ? [[keyOf(address), { ...poll, name }] as const] : [];
  });
  return Object.fromEntries([...others, ...own]);
}
