import { type Item, isBad, isSided, REACH, textOf } from '../lexicon/matched-terms.ts';
import type { Token } from '../text/tokens.ts';

/** Points from which on a good word is worth being turned round. Hundredths. */
const CLEAR = 20;
/** How far, in tokens, a bare “no” reaches. */
const NO_REACH = 3;

/** What comes behind one of these is not what was stopped: halts sale over fraud, ends the month in the red. */
const CAUSES = new Set('over in on by with amid after as due citing or'.split(' '));

/** Points from which on downwards a stop is bad itself: what is halted was no wrong before. Hundredths. */
const HALTS = -30;

/** A form that can be said of what is before it: the ban was lifted, the rally ends. */
const PASSIVE = /(?:ed|en|wn|uck|shut|ends|stops|thaws)$/;
/** Forms that can be said only of a quantity: outflows stop, and whoever is told to stop is another. */
const OF_QUANTITY = new Set(['stop', 'halt']);

/** What a word that turns others round is about: the next sided one, or in the passive the one before. */
function objectOf(items: readonly Item[], at: number, tokens: readonly Token[]): Item | undefined {
  const item = items[at] as Item;
  const cause = tokens.findIndex(
    ({ word, kind }, index) => index >= item.to && (kind === 'mark' || CAUSES.has(word)),
  );
  const end = cause < 0 ? item.to + REACH : Math.min(cause, item.to + REACH);
  const behind = items.slice(at + 1).filter((one) => one.from <= end && one.role !== 'not');
  const first = tokens[item.from]?.word ?? '';
  const isPredicate = item.role === 'over';
  const next = behind.find(isBad) ?? behind.find(({ points }) => points >= CLEAR);
  if (next && !isPredicate) return next;
  const isOfQuantity = OF_QUANTITY.has(first);
  if (!isPredicate && !isOfQuantity && !PASSIVE.test(first)) return undefined;
  const before = items
    .slice(0, at)
    .findLast(
      (one) =>
        isSided(one) &&
        one.role !== 'not' &&
        (!isOfQuantity || one.role === 'contrary') &&
        (one.role !== 'event' || (isBad(one) && item.own > HALTS)),
    );
  return before && item.from - before.to <= REACH ? before : undefined;
}

/** Rejects a bid to toss the charges: what was to be turned round stays as it was. */
function stopsAStop(items: readonly Item[], at: number, object: Item, tokens: readonly Token[]): boolean {
  const item = items[at] as Item;
  const inner = items
    .slice(at + 1)
    .find(({ role, from, to }) => role === 'stop' && from >= item.to && to <= object.from);
  if (!inner || item.own > 0 || !isBad(object)) return false;
  inner.points = 0;
  inner.reason = `refused by “${textOf(item, tokens)}”`;
  return true;
}

/** A ban that is lifted is good, a launch that is halted is bad. */
export function turnStopped(items: readonly Item[], tokens: readonly Token[]): void {
  for (const [at, item] of items.entries()) {
    if ((item.role !== 'stop' && item.role !== 'over') || item.reason) continue;
    const object = objectOf(items, at, tokens);
    if (!object || (object.points > 0 && item.own > 0)) continue;
    if (stopsAStop(items, at, object, tokens)) continue;
    if (object.points < 0) {
      object.points = Math.max(25, Math.round(-0.8 * object.points));
      item.points = Math.max(item.points, 0);
    } else {
      object.points = Math.round(-0.9 * object.points);
    }
    object.reason = `turned by “${textOf(item, tokens)}”`;
    // Fraud charges are tossed: two that stand together are turned as one.
    for (const one of items) {
      if (object.points < 0 || !isBad(one) || (one.to !== object.from && one.from !== object.to)) continue;
      one.points = 0;
      one.reason = object.reason;
    }
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

/** A phrase that begins with one of these is denied already: not an asset, not suitable. */
const DENIALS = new Set('not no never without'.split(' '));

const DENIED = new Set<Item['role']>(['tone', 'move']);

/** Points from which on a negation says nothing where it denies nothing known: not, never. Hundredths. */
const BARE = -12;
/** Points below which a verb only carries what is denied: fails to get a suit thrown out. Hundredths. */
const CARRIES = 20;

function deniedBy(items: readonly Item[], at: number): Item | undefined {
  const [first, second] = items.slice(at + 1).filter(isSided);
  const carries = first?.role === 'event' && Math.abs(first.own) < CARRIES;
  return carries && second && second.role !== 'not' && second.from - first.to <= NO_REACH ? second : first;
}

/** Not, no longer, fails to. */
export function negate(items: readonly Item[], tokens: readonly Token[]): void {
  for (const [at, item] of items.entries()) {
    if (item.role !== 'not') continue;
    const next = deniedBy(items, at);
    if (!next && item.own >= BARE) item.points = Math.round(item.points / 2);
    if (next && DENIALS.has(tokens[next.from]?.word ?? '')) continue;
    const reach = tokens[item.from]?.word === 'no' ? NO_REACH : REACH;
    if (!next || next.role === 'not' || next.from - item.to > reach) continue;
    if (tokens.slice(item.to, next.from).some(({ kind }) => kind === 'mark')) continue;
    next.points = Math.round((next.points > 0 ? -0.8 : -0.6) * next.points);
    if (next.points > 0) item.points = 0;
    next.reason = `turned by “${textOf(item, tokens)}”`;
    if (next.points > 0) continue;
    // Not ready for mass adoption: what the good word was good for goes with it.
    for (const later of items.slice(items.indexOf(next) + 1)) {
      if (!DENIED.has(later.role) || later.points <= 0 || later.from - next.to > NO_REACH) continue;
      later.points = 0;
      later.reason = `denied by “${textOf(item, tokens)}”`;
    }
  }
}
