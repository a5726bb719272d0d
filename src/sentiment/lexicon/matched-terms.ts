import type { Token } from '../text/tokens.ts';
import type { Entry, Role } from './lexicon.ts';
import type { Match, PhraseTrie } from './phrase-trie.ts';

/** A word or phrase of a clause, and what it comes to beside the others. */
export interface Item {
  readonly from: number;
  readonly to: number;
  readonly role: Role;
  /** As the lists have it. Hundredths. */
  readonly own: number;
  /** What is left of it. Hundredths. */
  points: number;
  /** Why it is not what the lists have. */
  reason?: string;
}

function itemOf({ entry, from, to }: Match<Entry>): Item {
  return { from, to, role: entry.role, own: entry.points, points: entry.points };
}

const VERBS = new Set<Role>(['event', 'move', 'reach', 'stop', 'mend']);

/** Shark Tank's, Block's: what owns something is no verb. */
function isVerbOfNoun({ entry, from, to }: Match<Entry>, tokens: readonly Token[]): boolean {
  return to - from === 1 && VERBS.has(entry.role) && tokens[from]?.isPossessive === true;
}

/** Of a signed percentage, BTC -4%. Hundredths. */
const CHANGE = { '+': 35, '-': -40, '−': -40 };

function signedChange(tokens: readonly Token[], at: number): Item[] {
  const { word = '', kind } = tokens[at] ?? {};
  const own = kind === 'amount' ? CHANGE[word[0] as keyof typeof CHANGE] : undefined;
  return own === undefined ? [] : [{ from: at, to: at + 1, role: 'move', own, points: own }];
}

/** Sell-off over, says analyst: an “over” that nothing follows is a predicate. */
function bareOver(tokens: readonly Token[], at: number, to: number): Item[] {
  const isLast = at + 1 === to || tokens[at + 1]?.kind === 'mark';
  const isPredicate = isLast && tokens[at]?.word === 'over';
  return isPredicate ? [{ from: at, to: at + 1, role: 'over', own: 0, points: 0 }] : [];
}

/** The words and phrases that the lists know, the longest first, none of them read twice. */
export function itemsOf(tokens: readonly Token[], from: number, to: number, book: PhraseTrie<Entry>): Item[] {
  const items: Item[] = [];
  for (let at = from; at < to; ) {
    const match = book.longestAt(tokens, at, to);
    if (match && !isVerbOfNoun(match, tokens)) items.push(itemOf(match));
    else if (!match) items.push(...signedChange(tokens, at), ...bareOver(tokens, at, to));
    at = match ? match.to : at + 1;
  }
  return items;
}

/** Points from which on a word has a side that others can turn round. Hundredths. */
export const SIDED = 8;
/** How far, in tokens, a word reaches that turns others round. */
export const REACH = 6;

export const isBad = (item: Item) => item.points <= -SIDED;
export const isSided = (item: Item) => Math.abs(item.points) >= SIDED;

/** As it stands in the headline. */
export function textOf({ from, to }: Pick<Item, 'from' | 'to'>, tokens: readonly Token[]): string {
  let text = tokens[from]?.text ?? '';
  for (let at = from + 1; at < to; at += 1) text += ` ${tokens[at]?.text}`;
  return text;
}
