import {
  calmAuthorities,
  cancelMeasures,
  dampObjects,
  dampSubjects,
  dropSubjectMoves,
  easeEpithets,
  sourGoodVerbs,
} from './context/damping.ts';
import { genresOf, knowsForGenres } from './context/genres.ts';
import { mend, negate, turnStopped } from './context/negation.ts';
import { readRestrictions } from './context/restrictions.ts';
import { readShortLosses, turnShortPositions, turnShortSqueeze } from './context/short-positions.ts';
import { readStreaks } from './context/streaks.ts';
import { LEXICON } from './lexicon/lexicon.ts';
import { type Item, itemsOf, textOf } from './lexicon/matched-terms.ts';
import { type Clause, clausesOf } from './text/clauses.ts';
import { withoutPublisher } from './text/publisher.ts';
import { settleReaches, turnMoves } from './text/quantities.ts';
import { type Token, tokenizer } from './text/tokens.ts';

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

/**
 * From how much on a score has a side, in hundredths. Weak verbs of news (announces, plans, explores) come to 12, and
 * alone they tell of nothing good; a weak bad word more often is bad news.
 */
const SIDE = { good: 13, bad: 10 };
/** A kind of text takes its part of this many hundredths; the rest of a strong title stays, and bad news is sooner strong. */
const MOST_OF_GENRE = { good: 80, bad: 70 };
const MOST = 100;

const tokenize = tokenizer((word) => LEXICON.knows(word) || knowsForGenres(word));

function read(clause: Clause, tokens: readonly Token[]): readonly Item[] {
  const known = itemsOf(tokens, clause.from, clause.to, LEXICON);
  const items = readRestrictions(readStreaks(known, tokens, clause), tokens, clause);
  if (items.length === 0) return items;
  turnMoves(items, tokens);
  turnShortPositions(items, tokens);
  readShortLosses(items, tokens, clause);
  turnShortSqueeze(items, tokens);
  settleReaches(items, tokens);
  mend(items, tokens);
  turnStopped(items, tokens);
  negate(items, tokens);
  easeEpithets(items, tokens);
  cancelMeasures(items, tokens);
  sourGoodVerbs(items, tokens);
  calmAuthorities(items);
  dropSubjectMoves(items);
  dampObjects(items, tokens);
  dampSubjects(items, tokens);
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

/** What happened besides cannot turn the news round: a side clause of the other side keeps half of the main one. */
function ledByMain(clauses: readonly { clause: Clause; lines: readonly Line[] }[]): Line[] {
  if (clauses.every(({ clause }) => clause.weight === 100)) return [];
  const totalOf = (isPart: (clause: Clause) => boolean) =>
    sum(clauses.filter(({ clause }) => isPart(clause)).flatMap(({ lines }) => lines));
  const main = totalOf(({ weight }) => weight === 100);
  const side = totalOf(({ after }) => after !== undefined && !after.startsWith('before'));
  const most = Math.round(Math.abs(main) / 2);
  if (Math.abs(main) < SIDE.bad || main * side >= 0 || Math.abs(side) <= most) return [];
  return [{ what: 'the main clause leads', points: Math.sign(main) * (Math.abs(side) - most) }];
}

/** What the kind of text takes away: of several the one that leaves least. */
function byGenre(total: number, tokens: readonly Token[], clauses: readonly Clause[]): Line[] {
  const asides = clauses.filter(({ after }) => after !== undefined && !after.startsWith('before'));
  const isAside = (at: number) => asides.some(({ from, to }) => from <= at && at < to);
  const [genre] = genresOf(tokens, isAside).toSorted((one, other) => one.keeps - other.keeps);
  if (!genre || total === 0) return [];
  const part =
    Math.sign(total) * Math.min(Math.abs(total), total > 0 ? MOST_OF_GENRE.good : MOST_OF_GENRE.bad);
  return [
    { what: `${genre.genre} (${genre.words})`, points: Math.round((part * (genre.keeps - 100)) / 100) },
  ];
}

function labelOf(hundredths: number): Label {
  if (hundredths >= SIDE.good) return 'positive';
  return hundredths <= -SIDE.bad ? 'negative' : 'neutral';
}

interface Origin {
  /** The name or host of the feed that brought the title: its name in the title is not scored, as that of a known outlet. */
  readonly feed?: string;
}

/** Scores a headline by its words and its make, and says why. */
export function score(title: string, { feed }: Origin = {}): Score {
  const tokens = tokenize(withoutPublisher(title, feed));
  if (!tokens.some(({ word, kind }) => kind === 'word' && /[a-z]/.test(word)))
    return { score: undefined, label: 'neutral', because: [] };
  const clauses = clausesOf(tokens).map((clause) => ({
    clause,
    lines: read(clause, tokens).map((item) => explain(item, clause, tokens)),
  }));
  const lines = clauses.flatMap((one) => one.lines);
  lines.push(...ledByMain(clauses));
  lines.push(
    ...byGenre(
      sum(lines),
      tokens,
      clauses.map(({ clause }) => clause),
    ),
  );
  const total = sum(lines);
  const bounded = Math.max(-MOST, Math.min(MOST, total));
  if (bounded !== total) lines.push({ what: 'no score is further from 0 than 1', points: bounded - total });
  const because = lines
    .filter(({ points }) => points !== 0)
    .map(({ what, points }) => ({ what, points: points / 100 }));
  return { score: bounded / 100, label: labelOf(bounded), because };
}
