import { type Item, isBad, isSided, REACH, textOf } from '../lexicon/matched-terms.ts';
import type { Token } from '../text/tokens.ts';

const DOINGS = new Set<Item['role']>(['move', 'event']);

/** A verb, or a phrase that has one: get burned, lose their grip, wiped out. */
const isDoing = (item: Item) =>
  DOINGS.has(item.role) ||
  (item.role === 'stop' && isBad(item)) ||
  (item.role === 'tone' && item.to - item.from > 1);

/** What short sellers do to a firm is bad for it. */
const HOSTILE = new Set(
  'aim target targets targeted targeting circle circles attack attacks accuse accuses accused allege alleges slam slams blast blasts warn warns against question questions'.split(
    ' ',
  ),
);

/** How far, in tokens, from shorts to what they do or suffer. */
const NEAR = 2;

/** Between a verb and the positions that it strikes: $400M in leveraged Bitcoin short positions. */
const MEASURES = new Set(
  'in of worth the over nearly almost about more than up to some a an leveraged bitcoin btc ether eth crypto xrp solana massive big huge large record existing late new position positions traders overleveraged over-leveraged million billion out on against all'.split(
    ' ',
  ),
);
/** Below this a verb only carries another: get squeezed. Hundredths. */
const WEAK = 20;

/** What the positions do or suffer, behind them. */
function doingBehind(items: readonly Item[], at: number, tokens: readonly Token[]): Item | undefined {
  const shorts = items[at] as Item;
  const near = items.slice(at + 1).filter((one) => isSided(one) && one.role !== 'reach');
  const [first, second] = near;
  const next = first && isDoing(first) && Math.abs(first.points) < WEAK && second ? second : first;
  if (!next || !isDoing(next) || next.reason) return undefined;
  const gap = tokens.slice(shorts.to, next.from);
  if (tokens.slice(next.from, next.to).some(({ word }) => HOSTILE.has(word))) return undefined;
  const isNear = gap.length <= NEAR || (gap.length <= REACH && gap.every(isMeasure));
  return isNear && !gap.some(({ kind }) => kind === 'mark') ? next : undefined;
}

const isMeasure = ({ word, kind }: Token) => (kind !== 'word' && kind !== 'mark') || MEASURES.has(word);

/** What strikes the positions, before them: liquidates $300M in shorts, traders pile into shorts. */
function doingBefore(items: readonly Item[], at: number, tokens: readonly Token[]): Item | undefined {
  const shorts = items[at] as Item;
  const last = items.slice(0, at).findLast((one) => isSided(one) && !isMeasuringWord(one, tokens));
  if (!last || !isDoing(last) || last.reason) return undefined;
  const gap = tokens.slice(last.to, shorts.from);
  return gap.length <= REACH + NEAR && gap.every(isMeasure) ? last : undefined;
}

const isMeasuringWord = (item: Item, tokens: readonly Token[]) =>
  item.to - item.from === 1 && isMeasure(tokens[item.from] as Token);

/**
 * Who is on the losing side decides what a liquidation means. What those do or suffer who bet against the market has
 * the other side: bears lose ground, short sellers profit, $300M in shorts liquidated, a rally wipes out shorts.
 */
export function turnShortPositions(items: readonly Item[], tokens: readonly Token[]): void {
  for (const [at, shorts] of items.entries()) {
    if (shorts.role !== 'opponent') continue;
    const next = doingBehind(items, at, tokens) ?? doingBefore(items, at, tokens);
    if (!next) continue;
    next.points = -next.points;
    next.reason = `of “${textOf(shorts, tokens)}”`;
    for (const one of items)
      if (one !== next && isMeasuringWord(one, tokens) && Math.abs(one.from - shorts.from) <= NEAR)
        one.points = 0;
    if (next.points < 0) continue;
    shorts.points = 0;
    shorts.reason = 'counts in what befalls them';
  }
}

/** What befalls those who bet wrongly, wherever in the clause it stands. */
const LOSSES = new Set(
  'squeeze squeezed squeezes squeezing liquidation liquidations liquidate liquidated liquidates wiped wipes rekt burn burned burnt burns trap trapped traps torch torches torched gone evaporate evaporates evaporated flushed crushed crush crushes caught punished obliterated blown covering'.split(
    ' ',
  ),
);
/** Hundredths. */
const SQUEEZED = 40;

/** The item, or the bare word, of a loss that stands near the positions. */
function lossNear(tokens: readonly Token[], { from, to }: Item, clause: Place): number | undefined {
  for (let gap = 1; gap <= REACH; gap += 1) {
    for (const at of [to - 1 + gap, from - gap]) {
      if (at < clause.from || at >= clause.to || !LOSSES.has(tokens[at]?.word ?? '')) continue;
      const between = at < from ? tokens.slice(at, from) : tokens.slice(to, at);
      if (!between.some(({ kind }) => kind === 'mark')) return at;
    }
  }
  return undefined;
}

/** Bears caught in a trap, a squeeze on short sellers, liquidations that were shorts. */
export function readShortLosses(items: readonly Item[], tokens: readonly Token[], clause: Place): void {
  const shorts = items.find(({ role, reason }) => role === 'opponent' && !reason);
  const loss = shorts && lossNear(tokens, shorts, clause);
  if (!shorts || loss === undefined) return;
  const [first, last] = [Math.min(shorts.from, loss), Math.max(shorts.to, loss + REACH)];
  for (const one of items) {
    if (one === shorts || one.from < first || one.to > last) continue;
    const isMoved = one.reason === `of “${textOf(shorts, tokens)}”` || LIQUIDATED.test(one.reason ?? '');
    if (isMoved && one.points < 0) one.points = Math.abs(one.own);
    else if (isBad(one)) one.points = 0;
  }
  shorts.points = SQUEEZED;
  shorts.reason = `turned by “${textOf({ from: loss, to: loss + 1 }, tokens)}”`;
}

const LIQUIDATED = /^of “liquidations?”$/i;

interface Place {
  readonly from: number;
  readonly to: number;
}

/** A short squeeze liquidates those who bet against the market, whoever else is not named. */
export function turnShortSqueeze(items: readonly Item[], tokens: readonly Token[]): void {
  const squeeze = items.find(
    ({ from }) => tokens[from]?.word === 'short' && tokens[from + 1]?.word === 'squeeze',
  );
  const victim = items.find((one) => squeeze && one.from >= squeeze.to && isBad(one));
  if (!squeeze || !victim || victim.from - squeeze.to > NEAR) return;
  victim.points = 0;
  victim.reason = `of “${textOf(squeeze, tokens)}”`;
}
