// Positions of those who bet against the market: what is bad for them is good for the market, and the reverse.
import {
  change,
  type Item,
  isBad,
  isPhrase,
  isSided,
  quote,
  REACH_TOKENS,
} from '../lexicon/matched-terms.ts';
import { wordSet } from '../lexicon/word-lists.ts';
import { hasMark, type Range, type Token } from '../text/tokens.ts';

const ATTACKS = wordSet('short-attack');
const MEASURES = wordSet('short-measure');
const LOSSES = wordSet('short-loss');

/** A verb, or a phrase that contains one: “get burned”, “lose their grip”, “wiped out”. */
const isPredicate = (item: Item) =>
  item.role === 'move' ||
  item.role === 'event' ||
  (item.role === 'stop' && isBad(item)) ||
  (item.role === 'tone' && isPhrase(item));

/** How many tokens the predicate may be away from the positions, unless only measures stand between. */
const NEAR_TOKENS = 2;
/** Below how many hundredths a verb is only auxiliary: “get squeezed”. */
const AUXILIARY = 20;

const isMeasure = ({ word, kind }: Token) => (kind !== 'word' && kind !== 'mark') || MEASURES.has(word);

const isMeasureItem = (item: Item, tokens: readonly Token[]) =>
  !isPhrase(item) && isMeasure(tokens[item.from] as Token);

/** The predicate behind the positions: “bears lose ground”. */
function predicateBehind(items: readonly Item[], at: number, tokens: readonly Token[]): Item | undefined {
  const shorts = items[at] as Item;
  const [first, second] = items.slice(at + 1).filter((one) => isSided(one) && one.role !== 'reach');
  const isAuxiliary = first && isPredicate(first) && Math.abs(first.points) < AUXILIARY;
  const next = isAuxiliary && second ? second : first;
  if (!next || !isPredicate(next) || next.reason) return undefined;
  if (tokens.slice(next.from, next.to).some(({ word }) => ATTACKS.has(word))) return undefined;
  const gap = tokens.slice(shorts.to, next.from);
  const isNear = gap.length <= NEAR_TOKENS || (gap.length <= REACH_TOKENS && gap.every(isMeasure));
  return isNear && !hasMark(gap) ? next : undefined;
}

/** The predicate before the positions: “liquidates $300M in shorts”, “traders pile into shorts”. */
function predicateBefore(items: readonly Item[], at: number, tokens: readonly Token[]): Item | undefined {
  const shorts = items[at] as Item;
  const last = items.slice(0, at).findLast((one) => isSided(one) && !isMeasureItem(one, tokens));
  if (!last || !isPredicate(last) || last.reason) return undefined;
  const gap = tokens.slice(last.to, shorts.from);
  return gap.length <= REACH_TOKENS + NEAR_TOKENS && gap.every(isMeasure) ? last : undefined;
}

/** “Bears lose ground”, “short sellers profit”, “$300M in shorts liquidated”: reverses the points of the predicate. */
function reverseForShortPositions(items: readonly Item[], tokens: readonly Token[]): void {
  for (const [at, shorts] of items.entries()) {
    if (shorts.role !== 'opponent') continue;
    const predicate = predicateBehind(items, at, tokens) ?? predicateBefore(items, at, tokens);
    if (!predicate) continue;
    change(predicate, -predicate.points, `of ${quote(shorts, tokens)}`);
    for (const one of items)
      if (one !== predicate && isMeasureItem(one, tokens) && Math.abs(one.from - shorts.from) <= NEAR_TOKENS)
        one.points = 0;
    if (predicate.points >= 0) change(shorts, 0, 'counts in what befalls them');
  }
}

/** Points of a loss of short sellers, in hundredths. */
const SQUEEZED = 40;
const LIQUIDATION = /^of “liquidations?”$/i;

/** The position of the nearest loss around the positions, within the clause and not beyond a mark. */
function nearestLoss(tokens: readonly Token[], { from, to }: Item, clause: Range): number | undefined {
  for (let distance = 1; distance <= REACH_TOKENS; distance += 1)
    for (const at of [to - 1 + distance, from - distance]) {
      if (at < clause.from || at >= clause.to || !LOSSES.has(tokens[at]?.word ?? '')) continue;
      if (!hasMark(at < from ? tokens.slice(at, from) : tokens.slice(to, at))) return at;
    }
  return undefined;
}

/** “Bears caught in a trap”, “a squeeze on short sellers”: makes the positions good, and their losses no longer bad. */
function applyLossesOfShorts(items: readonly Item[], tokens: readonly Token[], clause: Range): void {
  const shorts = items.find(({ role, reason }) => role === 'opponent' && !reason);
  const loss = shorts && nearestLoss(tokens, shorts, clause);
  if (!shorts || loss === undefined) return;
  const [from, to] = [Math.min(shorts.from, loss), Math.max(shorts.to, loss + REACH_TOKENS)];
  for (const one of items) {
    if (one === shorts || one.from < from || one.to > to) continue;
    const isReversed = one.reason === `of ${quote(shorts, tokens)}` || LIQUIDATION.test(one.reason ?? '');
    if (isReversed && one.points < 0) one.points = Math.abs(one.own);
    else if (isBad(one)) one.points = 0;
  }
  change(shorts, SQUEEZED, `turned by ${quote({ from: loss, to: loss + 1 }, tokens)}`);
}

/** “Short squeeze liquidates $90M”: the loss is that of short sellers, although nobody is named. It gets 0. */
function ignoreVictimsOfShortSqueeze(items: readonly Item[], tokens: readonly Token[]): void {
  const squeeze = items.find(
    ({ from }) => tokens[from]?.word === 'short' && tokens[from + 1]?.word === 'squeeze',
  );
  const victim = items.find((one) => squeeze && one.from >= squeeze.to && isBad(one));
  if (squeeze && victim && victim.from - squeeze.to <= NEAR_TOKENS)
    change(victim, 0, `of ${quote(squeeze, tokens)}`);
}

/** Applies the rules for positions of short sellers. */
export function applyShortPositions(items: readonly Item[], tokens: readonly Token[], clause: Range): void {
  reverseForShortPositions(items, tokens);
  applyLossesOfShorts(items, tokens, clause);
  ignoreVictimsOfShortSqueeze(items, tokens);
}
