import { type Clause, clausesOf } from './clauses.ts';
import { calmAuthorities, cancelMeasures, dampObjects, easeEpithets, sourGoodVerbs } from './companions.ts';
import { framesOf, knowsForFrames } from './frames.ts';
import { LEXICON } from './lexicon.ts';
import { settleReaches, turnMoves, turnOpponents } from './quantities.ts';
import { type Item, itemsOf, textOf } from './reading.ts';
import { type Token, tokenize } from './tokens.ts';
import { mend, negate, turnStopped } from './turns.ts';

type Label = 'positive' | 'neutral' | 'negative';

/** One reason: what was read, and what it adds to the score. */
interface Reason {
  readonly what: string;
  /** A multiple of 0.01. */
  readonly points: number;
}

export interface Score {
  /** In [-1, 1], a multiple of 0.01; absent where the title has no word to read. The points of the reasons come to it. */
  readonly score: number | undefined;
  readonly label: Label;
  readonly because: readonly Reason[];
}

/** A score of at least this much, in hundredths, has a side. */
const SIDE = 10;
/** A kind of text takes its part of this many hundredths; the rest of a strong title stays, and bad news is sooner strong. */
const FRAMED = { good: 80, bad: 70 };
const MOST = 100;

const isKnown = (word: string) => LEXICON.knows(word) || knowsForFrames(word);

function read(clause: Clause, tokens: readonly Token[]): Item[] {
  const items = itemsOf(tokens, clause.from, clause.to, LEXICON);
  turnMoves(items, tokens);
  turnOpponents(items, tokens);
  settleReaches(items);
  mend(items, tokens);
  turnStopped(items, tokens);
  negate(items, tokens);
  easeEpithets(items, tokens);
  cancelMeasures(items, tokens);
  sourGoodVerbs(items, tokens);
  calmAuthorities(items);
  dampObjects(items, tokens);
  return items;
}

interface Line {
  readonly what: string;
  /** Hundredths. */
  readonly points: number;
}

function explain(item: Item, { after, weight }: Clause, tokens: readonly Token[]): Line {
  const why = [item.reason, after && (after.startsWith('before') ? after : `after “${after}”`)].filter(
    Boolean,
  );
  const text = `“${textOf(item, tokens)}”`;
  const what = why.length > 0 ? `${text} (${why.join('; ')})` : text;
  return { what, points: Math.round((item.points * weight) / 100) };
}

const sum = (lines: readonly Line[]) => lines.reduce((total, { points }) => total + points, 0);

/** What the kind of text takes away: of several the one that leaves least. */
function framed(total: number, tokens: readonly Token[]): Line[] {
  const [frame] = framesOf(tokens).toSorted((one, other) => one.keeps - other.keeps);
  if (!frame || total === 0) return [];
  const framedPart = Math.sign(total) * Math.min(Math.abs(total), total > 0 ? FRAMED.good : FRAMED.bad);
  return [
    { what: `${frame.frame} (${frame.words})`, points: Math.round((framedPart * (frame.keeps - 100)) / 100) },
  ];
}

function labelOf(hundredths: number): Label {
  if (Math.abs(hundredths) < SIDE) return 'neutral';
  return hundredths > 0 ? 'positive' : 'negative';
}

/** Scores a headline by its words and its make, and says why. */
export function score(title: string): Score {
  const tokens = tokenize(title, isKnown);
  if (!tokens.some(({ word, kind }) => kind === 'word' && /[a-z]/.test(word)))
    return { score: undefined, label: 'neutral', because: [] };
  const lines = clausesOf(tokens).flatMap((clause) =>
    read(clause, tokens).map((item) => explain(item, clause, tokens)),
  );
  lines.push(...framed(sum(lines), tokens));
  const total = sum(lines);
  const bounded = Math.max(-MOST, Math.min(MOST, total));
  if (bounded !== total) lines.push({ what: 'no score is further from 0 than 1', points: bounded - total });
  const because = lines
    .filter(({ points }) => points !== 0)
    .map(({ what, points }) => ({ what, points: points / 100 }));
  return { score: bounded / 100, label: labelOf(bounded), because };
}
