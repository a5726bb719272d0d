// Quantities that are bad when they rise (“outflows fall”), and verbs that take the side of their object (“hits record”).
import { change, type Item, isBad, isSided, quote, REACH_TOKENS, reaches } from '../lexicon/matched-terms.ts';
import { wordSet } from '../lexicon/word-lists.ts';
import { covers, hasMark, type Token } from './tokens.ts';

const LINKS = wordSet('quantity-link');
const COMPLEMENTS = wordSet('quantity-complement');
const CAUSES = wordSet('quantity-cause');

function isLink({ word, kind }: Token): boolean {
  return kind !== 'mark' && (kind !== 'word' || LINKS.has(word) || word.endsWith('ly'));
}

/** How many tokens one quantity may be behind another. */
const NEAR_TOKENS = 2;
/** How many tokens a quantity may be behind its move. */
const BEHIND_TOKENS = 3;

/** Whether a quantity is the subject of a move behind it: “fees on Ethereum continue to fall”. */
function isSubject(quantity: Item, move: Item, items: readonly Item[], tokens: readonly Token[]): boolean {
  const gap = tokens.slice(quantity.to, move.from);
  if (gap.length > REACH_TOKENS || hasMark(gap)) return false;
  const isInMove = (at: number) =>
    items.some((item) => (item.role === 'move' || item.role === 'reach') && covers(item, at));
  if (gap.every((token, index) => isLink(token) || isInMove(quantity.to + index))) return true;
  const complement = gap.find((token) => COMPLEMENTS.has(token.word) || !isLink(token));
  const hasOtherVerb = items.some(
    ({ role, from }) => role === 'event' && from >= quantity.to && from < move.from,
  );
  return COMPLEMENTS.has(complement?.word ?? '') && !hasOtherVerb;
}

/** Whether a quantity is the object of a move before it: “cuts fees”, but not “down 12% in risk flight”. */
function isObject(quantity: Item, move: Item, tokens: readonly Token[]): boolean {
  const gap = tokens.slice(move.to, quantity.from);
  const hasAmount = tokens.slice(move.from, move.to).some(({ kind }) => kind === 'amount');
  if (hasAmount && gap.some(({ word }) => word === 'in')) return false;
  return gap.length <= BEHIND_TOKENS && !hasMark(gap) && !gap.some(({ word }) => CAUSES.has(word));
}

/** Whether a quantity completes another before it: “losses from hacks”, “scam losses”. */
function completes(one: Item, quantity: Item, tokens: readonly Token[]): boolean {
  const gap = one.from - quantity.to;
  return gap === 0 || (gap > 0 && gap <= NEAR_TOKENS && COMPLEMENTS.has(tokens[quantity.to]?.word ?? ''));
}

/** “Outflows fall”, “fees soar”: reverses the points of the move; the quantity itself gets 0. */
export function reverseMovesOfContrary(items: readonly Item[], tokens: readonly Token[]): void {
  const moved = new Set<Item>();
  for (const move of items) {
    if (move.role !== 'move') continue;
    const quantity = items.find(
      (one) =>
        one.role === 'contrary' &&
        (one.to <= move.from ? isSubject(one, move, items, tokens) : isObject(one, move, tokens)),
    );
    if (!quantity) continue;
    const own = moved.has(quantity) ? 0 : Math.abs(quantity.own);
    const size = Math.max(Math.abs(move.own), own);
    change(move, -Math.sign(move.own) * size, `of ${quote(quantity, tokens)}`);
    moved.add(quantity);
    // “Scam losses”, “losses from hacks”: adjacent quantities move together.
    for (const one of items)
      if (one.role === 'contrary' && (one.to === quantity.from || completes(one, quantity, tokens)))
        moved.add(one);
  }
  for (const quantity of moved) change(quantity, 0, 'counts in its move');
}

/** “Hits record”, “hits low”: if the object is good or bad, only the object counts. “Tariffs hit miners”: only the subject. */
export function ignoreReachVerbs(items: readonly Item[], tokens: readonly Token[]): void {
  for (const [at, item] of items.entries()) {
    const [previous, next] = [items[at - 1], items[at + 1]];
    if (item.role !== 'reach' || item.points === 0) continue;
    if (next && reaches(item, next) && isSided(next)) change(item, 0, 'has the side of what it reaches');
    else if (previous && isBad(previous) && previous.to === item.from)
      change(item, 0, `done by ${quote(previous, tokens)}`);
  }
}
