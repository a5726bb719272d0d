import { hasMark, type Range, type Token } from '../text/tokens.ts';
import { type Entry, type Role, VERB_ROLES } from './lexicon.ts';
import type { PhraseTrie } from './phrase-trie.ts';

/** A word or phrase of the lexicon, found in a clause. The rules in context/ change its points. */
export interface Item extends Range {
  readonly role: Role;
  /** Its points in the lexicon, in hundredths. */
  readonly own: number;
  /** Its points in this clause so far, in hundredths. */
  points: number;
  /** Why `points` differs from `own`. */
  reason?: string;
}

const VERBS = new Set<Role>(VERB_ROLES);

/** Points of a signed percentage (“BTC -4%”), in hundredths. */
const CHANGE = { '+': 35, '-': -40, '−': -40 };

function signedChange(tokens: readonly Token[], at: number): Item[] {
  const { word = '', kind } = tokens[at] ?? {};
  const own = kind === 'amount' ? CHANGE[word[0] as keyof typeof CHANGE] : undefined;
  return own === undefined ? [] : [{ from: at, to: at + 1, role: 'move', own, points: own }];
}

/** “Sell-off over, says analyst”: an “over” at the end of a clause is a predicate, not a preposition. */
function predicateOver(tokens: readonly Token[], at: number, to: number): Item[] {
  const isLast = at + 1 === to || tokens[at + 1]?.kind === 'mark';
  const isPredicate = isLast && tokens[at]?.word === 'over';
  return isPredicate ? [{ from: at, to: at + 1, role: 'over', own: 0, points: 0 }] : [];
}

/** Finds the words and phrases of the lexicon. The longest match wins, and each token is used once. */
export function itemsOf(tokens: readonly Token[], { from, to }: Range, lexicon: PhraseTrie<Entry>): Item[] {
  const items: Item[] = [];
  for (let at = from; at < to; ) {
    const match = lexicon.longestAt(tokens, at, to);
    if (match) {
      const { role, points } = match.entry;
      // A possessive is a noun, although it looks like a verb: “Shark Tank's”, “Block's”.
      const isNoun = match.to - at === 1 && VERBS.has(role) && tokens[at]?.isPossessive === true;
      if (!isNoun) items.push({ from: at, to: match.to, role, own: points, points });
    } else items.push(...signedChange(tokens, at), ...predicateOver(tokens, at, to));
    at = match ? match.to : at + 1;
  }
  return items;
}

/** From how many points on, in hundredths, an item counts as good or bad. */
export const SIDED = 8;
/** How many tokens a rule reaches from the word that triggers it. */
export const REACH_TOKENS = 6;

export const isBad = (item: Item) => item.points <= -SIDED;
export const isSided = (item: Item) => Math.abs(item.points) >= SIDED;

/** Whether an item is near enough to an earlier one for most rules. */
export const reaches = (item: Range, next: Range) => next.from - item.to <= REACH_TOKENS;

/** “ended” is one token, “comes to an end” are several. */
export const isPhrase = ({ from, to }: Range) => to - from > 1;

/** An item as quoted in a reason. */
export const quote = (range: Range, tokens: readonly Token[]) => `“${textOf(range, tokens)}”`;

/** Changes the points of an item and says why. */
export function change(item: Item, points: number, reason: string): void {
  item.points = points;
  item.reason = reason;
}

/** Adds an item in place of those that it replaces. */
export function replace(items: readonly Item[], isReplaced: (item: Item) => boolean, added: Item): Item[] {
  return [...items.filter((item) => !isReplaced(item)), added].toSorted(
    (one, other) => one.from - other.from,
  );
}

/** Whether there is a mark between two positions, which most rules do not cross. */
export const isCut = (tokens: readonly Token[], from: number, to: number) => hasMark(tokens.slice(from, to));

/** A range as it is written in the headline. */
export function textOf({ from, to }: Range, tokens: readonly Token[]): string {
  let text = tokens[from]?.text ?? '';
  for (let at = from + 1; at < to; at += 1) text += ` ${tokens[at]?.text}`;
  return text;
}
