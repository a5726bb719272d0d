import { type Item, isBad, isSided, REACH, textOf } from '../lexicon/matched-terms.ts';
import type { Token } from './tokens.ts';

/** Between a quantity and what it does there may be these, an amount, a span of time, and adverbs. */
const LINKS = new Set(
  'a an the its their to at on in by new is are was were be been has have had will may could continue continues continued keep keeps further near again even much more revenue payments volume volumes cases activity levels losses counts attacks incidents share portion part number amount use value crypto bitcoin btc ether token'.split(
    ' ',
  ),
);
/** After a quantity they begin what belongs to it: losses from hacks, fears of inflation, fees on Ethereum. */
const BELONGING = new Set('from at in of on for to over about against into'.split(' '));
/** Before a quantity they say that it is another's, or a cause. */
const CAUSES = new Set(
  'on after as from to by over for with against at than below above following due'.split(' '),
);

function isLink(token: Token | undefined): boolean {
  if (!token || token.kind === 'mark') return false;
  return token.kind !== 'word' || LINKS.has(token.word) || token.word.endsWith('ly');
}

/** How far, in tokens, from somebody to what they do. */
const NEAR = 2;

type Between = { readonly tokens: readonly Token[]; readonly items: readonly Item[] };

/** Whether the quantity is the subject of the move that comes after it. */
function moves(quantity: Item, move: Item, { tokens, items }: Between): boolean {
  const gap = tokens.slice(quantity.to, move.from);
  if (gap.length > REACH || gap.some(({ kind }) => kind === 'mark')) return false;
  const isVerbal = (index: number) =>
    items.some(({ role, from, to }) => (role === 'move' || role === 'reach') && from <= index && index < to);
  const isDirect = gap.every((token, index) => isLink(token) || isVerbal(quantity.to + index));
  if (isDirect) return true;
  const belonging = gap.find((token) => BELONGING.has(token.word) || !isLink(token));
  const isOwned = BELONGING.has(belonging?.word ?? '');
  return (
    isOwned && !items.some(({ role, from }) => role === 'event' && from >= quantity.to && from < move.from)
  );
}

/** Whether the move is one of the quantity that comes after it. */
function movesNext(move: Item, quantity: Item, tokens: readonly Token[]): boolean {
  const gap = tokens.slice(move.to, quantity.from);
  const isMeasured = tokens.slice(move.from, move.to).some(({ kind }) => kind === 'amount');
  if (isMeasured && gap.some(({ word }) => word === 'in')) return false;
  return gap.length <= 3 && gap.every(({ word, kind }) => kind !== 'mark' && !CAUSES.has(word));
}

/** Whether a quantity is one of another that is before it. */
function belongs(one: Item, quantity: Item, tokens: readonly Token[]): boolean {
  const gap = one.from - quantity.to;
  return gap === 0 || (gap > 0 && gap <= NEAR && BELONGING.has(tokens[quantity.to]?.word ?? ''));
}

/** Outflows that fall are good, fees that soar are bad. */
export function turnMoves(items: readonly Item[], tokens: readonly Token[]): void {
  const carried = new Set<Item>();
  for (const move of items) {
    if (move.role !== 'move') continue;
    const quantity = items.find(
      (one) =>
        one.role === 'contrary' &&
        (one.to <= move.from ? moves(one, move, { tokens, items }) : movesNext(move, one, tokens)),
    );
    if (!quantity) continue;
    const size = carried.has(quantity)
      ? Math.abs(move.own)
      : Math.max(Math.abs(move.own), Math.abs(quantity.own));
    move.points = -Math.sign(move.own) * size;
    move.reason = `of “${textOf(quantity, tokens)}”`;
    carried.add(quantity);
    // Scam losses, inflation fears, losses from hacks: two that stand together move together.
    for (const one of items)
      if (one.role === 'contrary' && (one.to === quantity.from || belongs(one, quantity, tokens)))
        carried.add(one);
  }
  for (const quantity of carried) {
    quantity.points = 0;
    quantity.reason = 'counts in its move';
  }
}

/** Hits record, hits low, hits exchange: to reach something has the side of what is reached. */
export function settleReaches(items: readonly Item[], tokens: readonly Token[]): void {
  for (const [at, item] of items.entries()) {
    const [previous, next] = [items[at - 1], items[at + 1]];
    if (item.role !== 'reach' || item.points === 0) continue;
    if (next && next.from - item.to <= REACH && isSided(next)) {
      item.points = 0;
      item.reason = 'has the side of what it reaches';
    } else if (previous && isBad(previous) && previous.to === item.from) {
      // Tariffs hit miners, contagion reaches a lender.
      item.points = 0;
      item.reason = `done by “${textOf(previous, tokens)}”`;
    }
  }
}
