import { type Item, textOf } from '../lexicon/matched-terms.ts';
import type { Token } from '../text/tokens.ts';

const STREAKS = new Set('streak streaks run stretch string spell'.split(' '));
/** What a streak may be of, and its side. */
const BAD =
  'losing loss losses outflow outflows redemption redemptions withdrawal withdrawals selling red negative decline declines drop drops fall falls down liquidation liquidations bearish bear bleeding';
const GOOD =
  'winning win wins gain gains gaining inflow inflows buying green positive rally rallies up advances increases bullish record records accumulation hot';
const SIDES: ReadonlyMap<string, number> = new Map([
  ...BAD.split(' ').map((word) => [word, -1] as const),
  ...GOOD.split(' ').map((word) => [word, 1] as const),
]);
/** Moves that are streaks themselves, where a span of time stands before them: a six-day slide. */
const MOVES: ReadonlyMap<string, number> = new Map([
  ...'skid slide slump decline rout drought dip retreat sell-off selloff correction downtrend fall tumble'
    .split(' ')
    .map((word) => [word, -1] as const),
  ...'rally advance climb surge uptrend rise'.split(' ').map((word) => [word, 1] as const),
]);

/** Snaps a streak, brings it to an end. */
const ENDS =
  'snap snaps snapped snapping end ends ended ending break breaks broke broken breaking halt halts halted halting stop stops stopped stopping reverse reverses reversed reversing bust busts busted buck bucks bucked interrupt interrupts interrupted interrupting cut cuts shatter shatters shattered kill kills killed erase erases erased finish finishes finished over exit exits exited escape escapes escaped';
const ENDED = new Set(ENDS.split(' '));
/** Behind one of these a streak is how something ends: ends the week on a losing streak. */
const ON = new Set('on in with amid as after for during despite of'.split(' '));

/** With one of these before it, nothing ends: the streak isn't over, won't end. */
const DENIED = new Set("isn't not never won't hasn't doesn't no yet".split(' '));

/** How far, in tokens, from a streak to what it is of, and to what ends it. */
const OF_REACH = 4;
const BEFORE_REACH = 9;
const AFTER_REACH = 7;

/** Hundredths, of a streak that goes on. */
const GOES_ON = 42;
/** Hundredths, of one that ends: the end of a good one is milder news than a loss. */
const OVER = { good: 42, bad: -34 };

interface Streak {
  /** The places of its first token and after its last. */
  readonly from: number;
  readonly to: number;
  readonly side: number;
}

function streakAt(tokens: readonly Token[], at: number, start: number): Streak | undefined {
  const word = tokens[at]?.word ?? '';
  const own = MOVES.get(word);
  if (own !== undefined && tokens[at - 1]?.kind === 'span' && at > start)
    return { from: at - 1, to: at + 1, side: own };
  if (!STREAKS.has(word)) return undefined;
  for (let before = at - 1; before >= Math.max(start, at - 2); before -= 1) {
    const side = SIDES.get(tokens[before]?.word ?? '');
    if (side !== undefined) return { from: before, to: at + 1, side };
  }
  if (tokens[at + 1]?.word !== 'of') return undefined;
  for (let behind = at + 2; behind <= at + 1 + OF_REACH; behind += 1) {
    const side = SIDES.get(tokens[behind]?.word ?? '');
    if (side !== undefined) return { from: at, to: behind + 1, side };
  }
  return undefined;
}

/** The place of the word that ends a streak, before it or in its predicate. */
function endOf(tokens: readonly Token[], { from, to }: Streak, clause: { from: number; to: number }) {
  for (let at = from - 1; at >= Math.max(clause.from, from - BEFORE_REACH); at -= 1) {
    const { word = '', kind } = tokens[at] ?? {};
    const previous = tokens[at - 1]?.word ?? '';
    if (word === 'of' && (previous === 'out' || ENDED.has(previous))) return at - 1;
    if (kind === 'mark' || ON.has(word)) break;
    if (ENDED.has(word)) return at;
  }
  for (let at = to; at < Math.min(clause.to, to + AFTER_REACH); at += 1) {
    const { word = '', kind } = tokens[at] ?? {};
    if (kind === 'mark' || DENIED.has(word)) break;
    if (ENDED.has(word) && !ON.has(tokens[at - 1]?.word ?? '')) return at;
  }
  return undefined;
}

const covers = ({ from, to }: { from: number; to: number }, at: number) => from <= at && at < to;

/** A streak has the side of what it is of, and the other one where something snaps, ends, breaks or halts it. */
export function readStreaks(
  items: readonly Item[],
  tokens: readonly Token[],
  clause: { from: number; to: number },
): readonly Item[] {
  let read = items;
  for (let at = clause.from; at < clause.to; at += 1) {
    const streak = streakAt(tokens, at, clause.from);
    if (!streak) continue;
    const end = endOf(tokens, streak, clause);
    const over = streak.side < 0 ? OVER.good : OVER.bad;
    const points = end === undefined ? GOES_ON * streak.side : over;
    const place = end === undefined ? undefined : textOf({ from: end, to: end + 1 }, tokens);
    const item: Item = {
      from: streak.from,
      to: streak.to,
      role: 'tone',
      own: points,
      points,
      ...(place !== undefined && { reason: `turned by “${place}”` }),
    };
    const overlaps = (one: Item) =>
      (one.from < streak.to && one.to > streak.from) || (end !== undefined && covers(one, end));
    read = [...read.filter((one) => !overlaps(one)), item].toSorted((one, other) => one.from - other.from);
  }
  return read;
}
