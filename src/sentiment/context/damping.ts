// Rules that take points away from good words which do not mean good news where they stand.
import {
  change,
  type Item,
  isBad,
  isCut,
  isPhrase,
  isSided,
  quote,
  reaches,
  SIDED,
} from '../lexicon/matched-terms.ts';
import { wordSet } from '../lexicon/word-lists.ts';
import type { Token } from '../text/tokens.ts';

const PREPOSITIONS = wordSet('bad-complement');

const isVerb = ({ role }: Item) => role === 'move' || role === 'event';

/** Whether a bad word is adjacent to a good one, or precedes it with a preposition or, if it is a verb, any word between. */
function modifies(bad: Item, good: Item, tokens: readonly Token[]): boolean {
  if (bad.role === 'not' || bad.role === 'stop') return false;
  if (bad.from === good.to || bad.to === good.from) return true;
  const between = tokens[bad.to];
  const isJoined = PREPOSITIONS.has(between?.word ?? '') || (isVerb(bad) && between?.kind === 'word');
  return good.from - bad.to === 1 && isJoined;
}

/** “Weak demand”, “massive crash”, “loses key support”: next to a bad word, a good word is only a modifier. It gets 0. */
function ignoreModifiersOfBad(items: readonly Item[], tokens: readonly Token[]): void {
  for (const [at, item] of items.entries()) {
    if (item.points <= 0 || item.reason) continue;
    const [before, after] = [items[at - 1], items[at + 1]];
    const isMoveBeforeMove = item.role === 'move' && after?.role === 'move';
    const neighbours = item.role === 'tone' ? [before, after] : isMoveBeforeMove ? [after] : [];
    const bad = neighbours.find((one) => one && isBad(one) && modifies(one, item, tokens));
    if (bad) change(item, 0, `only measures ${quote(bad, tokens)}`);
  }
}

/** Up to how many hundredths a verb of an authority is routine. */
const ROUTINE = 15;

/** “Ministry publishes paper”: the routine of a court, ministry or regulator is not good news. Weak verbs after it get 0. */
function ignoreRoutineOfAuthorities(items: readonly Item[]): void {
  const authority = items.findIndex(({ role }) => role === 'authority');
  if (authority < 0) return;
  for (const item of items.slice(authority + 1))
    if (item.role === 'event' && item.points > 0 && item.points <= ROUTINE)
      change(item, 0, 'done by an authority');
}

/** “Announces layoffs”, “approves a ban”: a good verb with a bad object gets 0. */
function ignoreVerbsWithBadObject(items: readonly Item[], tokens: readonly Token[]): void {
  for (const [at, item] of items.entries()) {
    if (item.role !== 'event' || item.points <= 0) continue;
    const object = items.slice(at + 1).find(isSided);
    if (object && isBad(object) && reaches(item, object))
      change(item, 0, `what follows is ${quote(object, tokens)}`);
  }
}

/** Participles and adjectives that describe somebody by the past: “hacked exchange”, “bankrupt lender”. */
const EPITHET = /(?:ed|en|bankrupt|defunct|embattled)$/;
/** From how many hundredths on a good word is the news of the headline. */
const NEWS = 20;

/** “Hacked exchange resumes withdrawals”: if the rest is good news, a bad epithet at the start gets an eighth. */
function dampEpithets(items: readonly Item[], tokens: readonly Token[]): void {
  const [epithet, ...rest] = items;
  if (!epithet || !isBad(epithet) || isPhrase(epithet) || epithet.reason) return;
  const isFirst = epithet.from === 0 || tokens[epithet.from - 1]?.kind === 'mark';
  if (!isFirst || !EPITHET.test(tokens[epithet.from]?.word ?? '')) return;
  if (rest.some(({ points }) => points >= NEWS) && !rest.some(isBad))
    change(epithet, Math.round(epithet.points / 8), 'of before');
}

/** “Hackers steal funding”: a good word after a bad verb is its object and gets half. */
function halveGoodObjects(items: readonly Item[], tokens: readonly Token[]): void {
  const isBadVerb = (item: Item) =>
    item.points < -SIDED && (item.role === 'event' || (item.role === 'tone' && isPhrase(item)));
  const verb = items.find(isBadVerb);
  if (!verb) return;
  for (const item of items)
    if (item.from >= verb.to && item.points > 0 && !item.reason)
      change(item, Math.round(item.points / 2), `behind ${quote(verb, tokens)}`);
}

/** Down to how many hundredths a word does not undo a move before it. */
const UNDOES = -30;

/** “A rally fizzles out”: a good move right before a word that undoes it is the subject of that word. It gets 0. */
function ignoreUndoneMoves(items: readonly Item[]): void {
  for (const [at, item] of items.entries()) {
    const next = items[at + 1];
    if (item.role !== 'move' || item.points <= 0 || item.reason || next?.from !== item.to) continue;
    if (next.points <= UNDOES && !next.reason && (next.role === 'event' || next.role === 'tone'))
      change(item, 0, 'counts in what becomes of it');
  }
}

/** “Bullish bets unwound”, “crypto-friendly senator loses”: a good word that describes the subject of a bad verb gets half. */
function halveGoodSubjects(items: readonly Item[], tokens: readonly Token[]): void {
  for (const [at, item] of items.entries()) {
    if (item.role !== 'tone' || item.points <= 0 || item.reason) continue;
    const next = items.slice(at + 1).find(isSided);
    if (!next || !isBad(next) || next.reason) continue;
    if (!isVerb(next) && !(next.role === 'tone' && isPhrase(next))) continue;
    if (reaches(item, next) && !isCut(tokens, item.to, next.from))
      change(item, Math.round(item.points / 2), `before ${quote(next, tokens)}`);
  }
}

/** Applies the rules. Their order matters: most skip items that an earlier rule has changed. */
export function damp(items: readonly Item[], tokens: readonly Token[]): void {
  dampEpithets(items, tokens);
  ignoreModifiersOfBad(items, tokens);
  ignoreVerbsWithBadObject(items, tokens);
  ignoreRoutineOfAuthorities(items);
  ignoreUndoneMoves(items);
  halveGoodObjects(items, tokens);
  halveGoodSubjects(items, tokens);
}
