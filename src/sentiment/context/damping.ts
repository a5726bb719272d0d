import { type Item, isBad, isSided, REACH, SIDED, textOf } from '../lexicon/matched-terms.ts';
import type { Token } from '../text/tokens.ts';

/** Threat to stability, lack of demand, drop in adoption. */
const OF = new Set('of to in about over'.split(' '));

const VERBS = new Set<Item['role']>(['move', 'event']);

/** Next to each other, or with a preposition between, or a word behind a verb. */
function isBeside(bad: Item, good: Item, tokens: readonly Token[]): boolean {
  if (bad.role === 'not' || bad.role === 'stop') return false;
  if (bad.from === good.to || bad.to === good.from) return true;
  const between = tokens[bad.to];
  return (
    good.from - bad.to === 1 &&
    (OF.has(between?.word ?? '') || (VERBS.has(bad.role) && between?.kind === 'word'))
  );
}

/** Weak demand, massive crash, loses key support, rally fades: beside a bad word a good one is only its measure. */
export function cancelMeasures(items: readonly Item[], tokens: readonly Token[]): void {
  for (const [at, item] of items.entries()) {
    if (item.points <= 0 || item.reason) continue;
    const [before, after] = [items[at - 1], items[at + 1]];
    const beside =
      item.role === 'tone' ? [before, after] : item.role === 'move' && after?.role === 'move' ? [after] : [];
    const bad = beside.find((one) => one && isBad(one) && isBeside(one, item, tokens));
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

/** What happened before, said of somebody: hacked exchange, stolen ape, bankrupt lender. */
const EPITHET = /(?:ed|en|bankrupt|defunct|embattled)$/;
/** Points from which on a word tells what happens now. Hundredths. */
const NEWS = 20;

/** Hacked exchange resumes withdrawals, sanctioned mixer wins: by what somebody is known counts little beside what they do. */
export function easeEpithets(items: readonly Item[], tokens: readonly Token[]): void {
  const [epithet, ...rest] = items;
  if (!epithet || !isBad(epithet) || epithet.to - epithet.from > 1 || epithet.reason) return;
  const token = tokens[epithet.from];
  const isFirst = epithet.from === 0 || tokens[epithet.from - 1]?.kind === 'mark';
  if (!isFirst || !token || !EPITHET.test(token.word)) return;
  if (!rest.some(({ points }) => points >= NEWS) || rest.some(isBad)) return;
  epithet.points = Math.round(epithet.points / 8);
  epithet.reason = 'of before';
}

/** Hackers steal funding, a ban of the best exchange: a good word behind a bad verb counts half. */
export function dampObjects(items: readonly Item[], tokens: readonly Token[]): void {
  const verb = items.find(
    ({ role, points, from, to }) =>
      points < -SIDED && (role === 'event' || (role === 'tone' && to - from > 1)),
  );
  if (!verb) return;
  for (const item of items) {
    if (item.from < verb.to || item.points <= 0 || item.reason) continue;
    item.points = Math.round(item.points / 2);
    item.reason = `behind “${textOf(verb, tokens)}”`;
  }
}

const PREDICATES = new Set<Item['role']>(['move', 'event']);

/** Points down to which a word only colours what a move does: forces, drives. Hundredths. */
const BEFALLS = -30;

/** A rally fizzles out: a move that stands right before what becomes of it is its subject, and has not its own side. */
export function dropSubjectMoves(items: readonly Item[]): void {
  for (const [at, item] of items.entries()) {
    const next = items[at + 1];
    if (item.role !== 'move' || item.points <= 0 || item.reason || !next || next.from !== item.to) continue;
    if (next.points > BEFALLS || next.reason || (next.role !== 'event' && next.role !== 'tone')) continue;
    item.points = 0;
    item.reason = 'counts in what becomes of it';
  }
}

/** Bullish bets unwound, a crypto-friendly senator loses: a good word for somebody counts half beside what befalls them. */
export function dampSubjects(items: readonly Item[], tokens: readonly Token[]): void {
  for (const [at, item] of items.entries()) {
    if (item.role !== 'tone' || item.points <= 0 || item.reason) continue;
    const next = items.slice(at + 1).find(isSided);
    if (!next || !isBad(next) || next.reason) continue;
    if (!PREDICATES.has(next.role) && !(next.role === 'tone' && next.to - next.from > 1)) continue;
    if (next.from - item.to > REACH || tokens.slice(item.to, next.from).some(({ kind }) => kind === 'mark'))
      continue;
    item.points = Math.round(item.points / 2);
    item.reason = `before “${textOf(next, tokens)}”`;
  }
}
