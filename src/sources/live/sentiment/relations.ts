import type { Item } from './reading.ts';
import type { Token } from './tokens.ts';

/** Points from which on a word has a side that others can turn round. Hundredths. */
const SIDED = 8;
/** Points from which on a good word is worth being turned round. Hundredths. */
const CLEAR = 20;
/** How far, in tokens, a word reaches that turns others round. */
const REACH = 6;
const NO_REACH = 3;

/** Between a quantity and what it does there may be these, an amount, a span of time, and adverbs. */
const LINKS = new Set(
  'a an the its their to at on in by new is are was were be been has have had will may could continue continues continued keep keeps further near again even much more'.split(
    ' ',
  ),
);
/** After a quantity they begin what belongs to it: losses from hacks, fears of inflation, fees on Ethereum. */
const BELONGING = new Set('from at in of on for to over about'.split(' '));
/** Before a quantity they say that it is another's, or a cause. */
const CAUSES = new Set(
  'on after as from to by over for with against at than below above following due'.split(' '),
);

const isBad = (item: Item) => item.points <= -SIDED;
const isSided = (item: Item) => Math.abs(item.points) >= SIDED;

function isLink(token: Token | undefined): boolean {
  if (!token || token.kind === 'mark') return false;
  return token.kind !== 'word' || LINKS.has(token.word) || token.word.endsWith('ly');
}

type Between = { readonly tokens: readonly Token[]; readonly items: readonly Item[] };

/** Whether the quantity is the subject of the move that comes after it. */
function moves(quantity: Item, move: Item, { tokens, items }: Between): boolean {
  const gap = tokens.slice(quantity.to, move.from);
  if (gap.length > REACH || gap.some(({ kind }) => kind === 'mark')) return false;
  const isVerbal = (index: number) =>
    items.some(({ role, from, to }) => (role === 'move' || role === 'reach') && from <= index && index < to);
  const isDirect = gap.every((token, index) => isLink(token) || isVerbal(quantity.to + index));
  if (isDirect) return true;
  const isOwned = BELONGING.has(gap[0]?.word ?? '');
  return (
    isOwned && !items.some(({ role, from }) => role === 'event' && from >= quantity.to && from < move.from)
  );
}

/** Whether the move is one of the quantity that comes after it. */
function movesNext(move: Item, quantity: Item, tokens: readonly Token[]): boolean {
  const gap = tokens.slice(move.to, quantity.from);
  return gap.length <= 3 && gap.every(({ word, kind }) => kind !== 'mark' && !CAUSES.has(word));
}

const textOf = (item: Item, tokens: readonly Token[]) =>
  tokens
    .slice(item.from, item.to)
    .map(({ text }) => text)
    .join(' ');

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
  }
  for (const quantity of carried) {
    quantity.points = 0;
    quantity.reason = 'counts in its move';
  }
}

/** Hits record, hits low, hits exchange: to reach something has the side of what is reached. */
export function settleReaches(items: readonly Item[]): void {
  for (const [at, item] of items.entries()) {
    const next = items[at + 1];
    if (item.role !== 'reach' || item.points === 0 || !next) continue;
    if (next.from - item.to > REACH || !isSided(next)) continue;
    item.points = 0;
    item.reason = 'has the side of what it reaches';
  }
}

/** A form that can be said of what is before it: the ban was lifted, the rally ends. */
const PASSIVE = /(?:ed|en|shut|ends)$/;

/** What a word that turns others round is about: the next sided one, or in the passive the one before. */
function objectOf(items: readonly Item[], at: number, tokens: readonly Token[]): Item | undefined {
  const item = items[at] as Item;
  const behind = items.slice(at + 1).filter((one) => one.from - item.to <= REACH && one.role !== 'not');
  const next = behind.find(isBad) ?? behind.find(({ points }) => points >= CLEAR);
  if (next) return next;
  if (!PASSIVE.test(tokens[item.to - 1]?.word ?? '')) return undefined;
  const before = items
    .slice(0, at)
    .findLast((one) => isSided(one) && one.role !== 'event' && one.role !== 'not');
  return before && item.from - before.to <= REACH ? before : undefined;
}

/** A ban that is lifted is good, a launch that is halted is bad. */
export function turnStopped(items: readonly Item[], tokens: readonly Token[]): void {
  for (const [at, item] of items.entries()) {
    if (item.role !== 'stop') continue;
    const object = objectOf(items, at, tokens);
    if (!object || (object.points > 0 && object.from < item.from && item.own >= 0)) continue;
    if (object.points < 0) {
      object.points = Math.max(25, Math.round(-0.8 * object.points));
      item.points = Math.max(item.points, 0);
    } else {
      object.points = Math.round(-0.9 * object.points);
    }
    object.reason = `turned by “${textOf(item, tokens)}”`;
  }
}

/** A hacker who returns the funds: what was bad in the clause is being made good. */
export function mend(items: readonly Item[], tokens: readonly Token[]): void {
  const mending = items.find(({ role }) => role === 'mend');
  if (!mending) return;
  for (const item of items) {
    if (!isBad(item)) continue;
    item.points = 0;
    item.reason = `mended by “${textOf(mending, tokens)}”`;
  }
}

/** Not, no longer, fails to. */
export function negate(items: readonly Item[], tokens: readonly Token[]): void {
  for (const [at, item] of items.entries()) {
    if (item.role !== 'not') continue;
    const next = items.slice(at + 1).find(isSided);
    const reach = tokens[item.from]?.word === 'no' ? NO_REACH : REACH;
    if (!next || next.role === 'not' || next.from - item.to > reach) continue;
    next.points = Math.round((next.points > 0 ? -0.8 : -0.6) * next.points);
    if (next.points > 0) item.points = 0;
    next.reason = `turned by “${textOf(item, tokens)}”`;
    if (next.points > 0) continue;
    // Not ready for mass adoption: what the good word was good for goes with it.
    for (const later of items.slice(items.indexOf(next) + 1)) {
      if (later.role !== 'tone' || later.points <= 0 || later.from - next.to > NO_REACH) continue;
      later.points = 0;
      later.reason = `denied by “${textOf(item, tokens)}”`;
    }
  }
}

/** Weak demand, fading momentum, massive crash, bulls struggle: beside a bad word a good one is only its measure. */
export function cancelMeasures(items: readonly Item[], tokens: readonly Token[]): void {
  for (const [at, item] of items.entries()) {
    if (item.role !== 'tone' || item.points <= 0 || item.reason) continue;
    const bad = [items[at - 1], items[at + 1]].find(
      (one) => one && isBad(one) && one.role !== 'not' && (one.from === item.to || one.to === item.from),
    );
    if (!bad) continue;
    item.points = 0;
    item.reason = `only measures “${textOf(bad, tokens)}”`;
  }
}

/** Points up to which a verb of an authority is procedure. Hundredths. */
const WEAK = 15;

/** What a court, a ministry or a regulator does in the common course is not good news. */
export function calmAuthorities(items: readonly Item[]): void {
  const authority = items.findIndex(({ role }) => role === 'authority');
  if (authority < 0) return;
  for (const item of items.slice(authority + 1)) {
    if (item.role !== 'event' || item.points <= 0 || item.points > WEAK) continue;
    item.points = 0;
    item.reason = 'done by an authority';
  }
}

/** Announces layoffs, adds to woes, approves a ban: a good verb is not good where its object is bad. */
export function sourGoodVerbs(items: readonly Item[], tokens: readonly Token[]): void {
  for (const [at, item] of items.entries()) {
    if (item.role !== 'event' || item.points <= 0) continue;
    const bad = items.slice(at + 1).find(isSided);
    if (!bad || !isBad(bad) || bad.from - item.to > REACH) continue;
    item.points = 0;
    item.reason = `what follows is “${textOf(bad, tokens)}”`;
  }
}

/** Hackers steal funding, a ban of the best exchange: a good word behind a bad verb counts half. */
export function dampObjects(items: readonly Item[], tokens: readonly Token[]): void {
  const verb = items.find(({ role, points }) => role === 'event' && points < -SIDED);
  if (!verb) return;
  for (const item of items) {
    if (item.from < verb.to || item.points <= 0 || item.reason) continue;
    item.points = Math.round(item.points / 2);
    item.reason = `behind “${textOf(verb, tokens)}”`;
  }
}
