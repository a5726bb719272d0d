/**
 * The sentiment of headlines: `score(title)` here and `isAboutMarket(title)` in about-market.ts. Both are pure functions
 * of the title, and the folder needs nothing but Node.js. docs/sentiment.md explains the rules: text/ splits a title into
 * tokens and clauses, lexicon/ looks up the words and phrases of each clause, and context/ changes their points by what
 * stands around them. The genre of the headline scales the sum.
 */
import { damp } from './context/damping.ts';
import { genresOf, isGenreWord } from './context/genres.ts';
import { applyNegations, applyRepairs, applyStops } from './context/negation.ts';
import { readRestrictions } from './context/restrictions.ts';
import { applyShortPositions } from './context/short-positions.ts';
import { readStreaks } from './context/streaks.ts';
import { LEXICON } from './lexicon/lexicon.ts';
import { type Item, itemsOf, quote } from './lexicon/matched-terms.ts';
import { type Clause, clausesOf, isSideClause } from './text/clauses.ts';
import { withoutPublisher } from './text/publisher.ts';
import { ignoreReachVerbs, reverseMovesOfContrary } from './text/quantities.ts';
import { covers, type Token, tokenizer } from './text/tokens.ts';

type Label = 'positive' | 'neutral' | 'negative';

/** A word or rule, and what it adds to the score. */
interface Reason {
  readonly what: string;
  readonly points: number;
}

export interface Score {
  /** In [-1, 1], a multiple of 0.01; undefined if the title has no word in Latin letters. */
  readonly score: number | undefined;
  readonly label: Label;
  /** The points, multiples of 0.01, add up to the score. */
  readonly because: readonly Reason[];
}

/**
 * From how many hundredths on a score is positive or negative. Weak news verbs (announces, plans, explores) have 12, and
 * are no good news alone; a weak bad word more often is bad news.
 */
const SIDED = { good: 13, bad: 10 };
/** A genre scales at most so many hundredths; the rest of a strong title counts in full. Bad news is strong sooner. */
const SCALED_BY_GENRE = { good: 80, bad: 70 };
const MAX_SCORE = 100;

const tokenize = tokenizer((word) => LEXICON.knows(word) || isGenreWord(word));

/** Finds the items of a clause and applies the rules. Their order matters: later ones skip what earlier ones explained. */
function itemsIn(clause: Clause, tokens: readonly Token[]): readonly Item[] {
  const known = itemsOf(tokens, clause, LEXICON);
  const items = readRestrictions(readStreaks(known, tokens, clause), tokens, clause);
  if (items.length === 0) return items;
  reverseMovesOfContrary(items, tokens);
  applyShortPositions(items, tokens, clause);
  ignoreReachVerbs(items, tokens);
  applyRepairs(items, tokens);
  applyStops(items, tokens);
  applyNegations(items, tokens);
  damp(items, tokens);
  return items;
}

/** In this file the points of reasons are in hundredths until the end, so that sums are exact. */
function reasonOf(item: Item, clause: Clause, tokens: readonly Token[]): Reason {
  const ofClause = isSideClause(clause) ? `after “${clause.after}”` : clause.after;
  const why = [item.reason, ofClause].filter(Boolean).join('; ');
  const text = quote(item, tokens);
  return {
    what: why === '' ? text : `${text} (${why})`,
    points: Math.round((item.points * clause.weight) / 100),
  };
}

const sum = (reasons: readonly Reason[]) => reasons.reduce((total, { points }) => total + points, 0);

/** “Bitcoin drops amid ETF optimism”: side clauses of the opposite side take away at most half of the main clause. */
function limitSideClauses(clauses: readonly { clause: Clause; reasons: readonly Reason[] }[]): Reason[] {
  const totalOf = (isPart: (clause: Clause) => boolean) =>
    sum(clauses.filter(({ clause }) => isPart(clause)).flatMap(({ reasons }) => reasons));
  const main = totalOf(({ weight }) => weight === 100);
  const side = totalOf(isSideClause);
  const limit = Math.round(Math.abs(main) / 2);
  if (Math.abs(main) < SIDED.bad || main * side >= 0 || Math.abs(side) <= limit) return [];
  return [{ what: 'the main clause leads', points: Math.sign(main) * (Math.abs(side) - limit) }];
}

/** Takes away points by the genre that leaves least. */
function scaleByGenre(total: number, tokens: readonly Token[], clauses: readonly Clause[]): Reason[] {
  const asides = clauses.filter(isSideClause);
  const isAside = (at: number) => asides.some((clause) => covers(clause, at));
  const [genre] = genresOf(tokens, isAside).toSorted((one, other) => one.percent - other.percent);
  if (!genre || total === 0) return [];
  const limit = total > 0 ? SCALED_BY_GENRE.good : SCALED_BY_GENRE.bad;
  const scaled = Math.sign(total) * Math.min(Math.abs(total), limit);
  const points = Math.round((scaled * (genre.percent - 100)) / 100);
  return [{ what: `${genre.genre} (${genre.words})`, points }];
}

function labelOf(hundredths: number): Label {
  if (hundredths >= SIDED.good) return 'positive';
  return hundredths <= -SIDED.bad ? 'negative' : 'neutral';
}

/**
 * Scores a headline and explains the score.
 *
 * @param feed the name or host of the feed; its own name in the title is not scored.
 */
export function score(title: string, { feed }: { readonly feed?: string } = {}): Score {
  const tokens = tokenize(withoutPublisher(title, feed));
  if (!tokens.some(({ word, kind }) => kind === 'word' && /[a-z]/.test(word)))
    return { score: undefined, label: 'neutral', because: [] };
  const clauses = clausesOf(tokens);
  const read = clauses.map((clause) => ({
    clause,
    reasons: itemsIn(clause, tokens).map((item) => reasonOf(item, clause, tokens)),
  }));
  const reasons = [...read.flatMap((one) => one.reasons), ...limitSideClauses(read)];
  reasons.push(...scaleByGenre(sum(reasons), tokens, clauses));
  const total = sum(reasons);
  const bounded = Math.max(-MAX_SCORE, Math.min(MAX_SCORE, total));
  if (bounded !== total) reasons.push({ what: 'no score is further from 0 than 1', points: bounded - total });
  const because = reasons
    .filter(({ points }) => points !== 0)
    .map(({ what, points }) => ({ what, points: points / 100 }));
  return { score: bounded / 100, label: labelOf(bounded), because };
}
