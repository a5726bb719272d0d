// Streaks: “losing streak”, “run of inflows”, “six-day slide”, and the words that end them.
import { type Item, quote, replace } from '../lexicon/matched-terms.ts';
import { numberedWords, wordSet } from '../lexicon/word-lists.ts';
import { covers, type Range, type Token } from '../text/tokens.ts';

const STREAKS = wordSet('streak');
const SIDES = numberedWords('streak-of');
const MOVES = numberedWords('streak-move');
const ENDS = wordSet('streak-end');
const CIRCUMSTANCES = wordSet('streak-circumstance');
const DENIALS = wordSet('streak-denial');

/** How many tokens what it consists of, or the word that ends it, may be away from a streak. */
const CONTENT_TOKENS = 4;
const BEFORE_TOKENS = 9;
const AFTER_TOKENS = 7;

/** Points, in hundredths. The end of a good streak is milder news than a loss. */
const CONTINUES = 42;
const BAD_STREAK_ENDS = 42;
const GOOD_STREAK_ENDS = -34;

interface Streak extends Range {
  /** 1 if good, -1 if bad. */
  readonly side: number;
}

function streakAt(tokens: readonly Token[], at: number, start: number): Streak | undefined {
  const word = tokens[at]?.word ?? '';
  const move = MOVES.get(word);
  if (move !== undefined && tokens[at - 1]?.kind === 'span' && at > start)
    return { from: at - 1, to: at + 1, side: move };
  if (!STREAKS.has(word)) return undefined;
  for (let before = at - 1; before >= Math.max(start, at - 2); before -= 1) {
    const side = SIDES.get(tokens[before]?.word ?? '');
    if (side !== undefined) return { from: before, to: at + 1, side };
  }
  if (tokens[at + 1]?.word !== 'of') return undefined;
  for (let behind = at + 2; behind <= at + 1 + CONTENT_TOKENS; behind += 1) {
    const side = SIDES.get(tokens[behind]?.word ?? '');
    if (side !== undefined) return { from: at, to: behind + 1, side };
  }
  return undefined;
}

/** The position of the word that ends a streak: before it (“snaps losing streak”) or after it (“losing streak ends”). */
function endOf(tokens: readonly Token[], { from, to }: Streak, clause: Range): number | undefined {
  for (let at = from - 1; at >= Math.max(clause.from, from - BEFORE_TOKENS); at -= 1) {
    const { word = '', kind } = tokens[at] ?? {};
    const previous = tokens[at - 1]?.word ?? '';
    if (word === 'of' && (previous === 'out' || ENDS.has(previous))) return at - 1;
    if (kind === 'mark' || CIRCUMSTANCES.has(word)) break;
    if (ENDS.has(word)) return at;
  }
  for (let at = to; at < Math.min(clause.to, to + AFTER_TOKENS); at += 1) {
    const { word = '', kind } = tokens[at] ?? {};
    if (kind === 'mark' || DENIALS.has(word)) break;
    if (ENDS.has(word) && !CIRCUMSTANCES.has(tokens[at - 1]?.word ?? '')) return at;
  }
  return undefined;
}

/** Replaces the words of each streak by one item: good or bad as what it consists of, and the opposite if something ends it. */
export function readStreaks(
  items: readonly Item[],
  tokens: readonly Token[],
  clause: Range,
): readonly Item[] {
  let read = items;
  for (let at = clause.from; at < clause.to; at += 1) {
    const streak = streakAt(tokens, at, clause.from);
    if (!streak) continue;
    const { from, to, side } = streak;
    const end = endOf(tokens, streak, clause);
    const atEnd = side < 0 ? BAD_STREAK_ENDS : GOOD_STREAK_ENDS;
    const points = end === undefined ? CONTINUES * side : atEnd;
    const item: Item = { from, to, role: 'tone', own: points, points };
    if (end !== undefined) item.reason = `turned by ${quote({ from: end, to: end + 1 }, tokens)}`;
    const overlaps = (one: Item) =>
      (one.from < to && one.to > from) || (end !== undefined && covers(one, end));
    read = replace(read, overlaps, item);
  }
  return read;
}
