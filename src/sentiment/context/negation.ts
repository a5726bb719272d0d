// Negations (“not”, “fails to”), stops (“lifts”, “halts”) and repairs (“returns stolen funds”), which reverse other words.
import { change, type Item, isBad, isCut, isSided, quote, REACH_TOKENS } from '../lexicon/matched-terms.ts';
import { wordSet } from '../lexicon/word-lists.ts';
import type { Token } from '../text/tokens.ts';

const STOP_LIMITS = wordSet('stop-limit');
const DENIALS = wordSet('denial');

/** From how many hundredths on a good word can be stopped. */
const STOPPABLE = 20;
/** Down to how many hundredths a stop is bad itself (“halts”); it stops something good then. */
const HARMFUL = -30;

/** Verb forms that may follow their object: “the ban was lifted”, “the rally ends”. */
const PASSIVE = /(?:ed|en|wn|uck|shut|ends|stops|thaws)$/;
/** Forms that follow only quantities: in “outflows stop” they stop, in “regulators stop” they stop something else. */
const OF_QUANTITY = new Set(['stop', 'halt']);

/** What a stop reverses: the next word that is good or bad, or in the passive the one before. */
function stoppedBy(items: readonly Item[], at: number, tokens: readonly Token[]): Item | undefined {
  const stop = items[at] as Item;
  const limit = tokens.findIndex(
    ({ word, kind }, index) => index >= stop.to && (kind === 'mark' || STOP_LIMITS.has(word)),
  );
  const end = Math.min(limit < 0 ? Number.POSITIVE_INFINITY : limit, stop.to + REACH_TOKENS);
  const behind = items.slice(at + 1).filter((one) => one.from <= end && one.role !== 'not');
  const first = tokens[stop.from]?.word ?? '';
  const isPredicate = stop.role === 'over';
  const next = behind.find(isBad) ?? behind.find(({ points }) => points >= STOPPABLE);
  if (next && !isPredicate) return next;
  const isOfQuantity = OF_QUANTITY.has(first);
  if (!isPredicate && !isOfQuantity && !PASSIVE.test(first)) return undefined;
  const isStopped = (one: Item) =>
    isSided(one) &&
    one.role !== 'not' &&
    (!isOfQuantity || one.role === 'contrary') &&
    (one.role !== 'event' || (isBad(one) && stop.own > HARMFUL));
  const before = items.slice(0, at).findLast(isStopped);
  return before && stop.from - before.to <= REACH_TOKENS ? before : undefined;
}

/** “Rejects a bid to toss the charges”: a stop that is stopped itself reverses nothing and gets 0. */
function cancelsOtherStop(
  items: readonly Item[],
  at: number,
  object: Item,
  tokens: readonly Token[],
): boolean {
  const stop = items[at] as Item;
  const inner = items
    .slice(at + 1)
    .find(({ role, from, to }) => role === 'stop' && from >= stop.to && to <= object.from);
  if (!inner || stop.own > 0 || !isBad(object)) return false;
  change(inner, 0, `refused by ${quote(stop, tokens)}`);
  return true;
}

/** “Lifts ban”, “launch halted”: makes something bad that is stopped good (80 %), and something good bad (90 %). */
export function applyStops(items: readonly Item[], tokens: readonly Token[]): void {
  for (const [at, stop] of items.entries()) {
    if ((stop.role !== 'stop' && stop.role !== 'over') || stop.reason) continue;
    const object = stoppedBy(items, at, tokens);
    if (!object || (object.points > 0 && stop.own > 0)) continue;
    if (cancelsOtherStop(items, at, object, tokens)) continue;
    const reason = `turned by ${quote(stop, tokens)}`;
    if (object.points < 0) {
      change(object, Math.max(25, Math.round(-0.8 * object.points)), reason);
      stop.points = Math.max(stop.points, 0);
    } else change(object, Math.round(-0.9 * object.points), reason);
    if (object.points < 0) continue;
    // “Fraud charges tossed”: two adjacent bad words are stopped together.
    for (const one of items)
      if (isBad(one) && (one.to === object.from || one.from === object.to)) change(one, 0, reason);
  }
}

/** “Hacker returns stolen funds”: if something is repaired, the bad words of the clause get 0. */
export function applyRepairs(items: readonly Item[], tokens: readonly Token[]): void {
  const repair = items.find(({ role }) => role === 'mend');
  if (!repair) return;
  for (const item of items) if (isBad(item)) change(item, 0, `mended by ${quote(repair, tokens)}`);
}

/** How many tokens a bare “no” reaches. */
const NO_TOKENS = 3;
/** From how many hundredths on a negation counts half if it negates no known word: “not”, “never”. */
const BARE = -12;
/** Below how many hundredths a verb is only auxiliary: “fails to get suit thrown out”. */
const AUXILIARY = 20;

function negatedBy(items: readonly Item[], at: number): Item | undefined {
  const [first, second] = items.slice(at + 1).filter(isSided);
  const isAuxiliary = first?.role === 'event' && Math.abs(first.own) < AUXILIARY;
  const isSecond = isAuxiliary && second && second.role !== 'not' && second.from - first.to <= NO_TOKENS;
  return isSecond ? second : first;
}

/** “Not dead”, “no longer under investigation”, “fails to hold gains”: reverses the next word (good 80 %, bad 60 %). */
export function applyNegations(items: readonly Item[], tokens: readonly Token[]): void {
  for (const [at, negation] of items.entries()) {
    if (negation.role !== 'not') continue;
    const next = negatedBy(items, at);
    if (!next && negation.own >= BARE) negation.points = Math.round(negation.points / 2);
    if (!next || next.role === 'not' || DENIALS.has(tokens[next.from]?.word ?? '')) continue;
    const reach = tokens[negation.from]?.word === 'no' ? NO_TOKENS : REACH_TOKENS;
    if (next.from - negation.to > reach || isCut(tokens, negation.to, next.from)) continue;
    const factor = next.points > 0 ? -0.8 : -0.6;
    change(next, Math.round(factor * next.points), `turned by ${quote(negation, tokens)}`);
    if (next.points > 0) {
      negation.points = 0;
      continue;
    }
    // “Not ready for mass adoption”: the good words that complete the negated one get 0.
    for (const later of items.slice(items.indexOf(next) + 1))
      if (
        (later.role === 'tone' || later.role === 'move') &&
        later.points > 0 &&
        later.from - next.to <= NO_TOKENS
      )
        change(later, 0, `denied by ${quote(negation, tokens)}`);
  }
}
