import { FORMS } from '../lexicon/lexicon.ts';
import { textOf } from '../lexicon/matched-terms.ts';
import { type Match, PhraseTrie } from '../lexicon/phrase-trie.ts';
import { readList, waysToWrite } from '../lexicon/word-lists.ts';
import type { Token } from '../text/tokens.ts';

/** What each kind of text keeps of the points of its words, in hundredths; little enough, where people read it as neutral. */
const KEEPS = {
  question: 17,
  explainer: 13,
  why: 38,
  opinion: 30,
  roundup: 30,
  listing: 17,
  promotion: 21,
  people: 13,
  procedure: 25,
  flat: 25,
  analysis: 34,
  comparison: 30,
  moved: 25,
  short: 50,
  hedge: 85,
} as const;

/** Words. */
const SHORT = 3;

type Genre = keyof typeof KEEPS;

interface Place {
  readonly genre: Genre;
  readonly at: 'start' | 'end' | 'anywhere';
}

const AUXILIARIES = new Set(
  'is are was were can could will would should does do did has have had am may might must'.split(' '),
);

/** Names that begin as a question does. */
const NAMES = new Set(['do kwon', 'will clemente']);

function isGenre(name: string): name is Genre {
  return Object.hasOwn(KEEPS, name);
}

function build(): Record<Place['at'], PhraseTrie<Place>> {
  const books = {
    start: new PhraseTrie<Place>(),
    end: new PhraseTrie<Place>(),
    anywhere: new PhraseTrie<Place>(),
  };
  for (const { head, entries } of readList('genres')) {
    const genre = head[0] ?? '';
    if (!isGenre(genre)) throw new Error(`there is no rule ${genre}`);
    for (const entry of entries) {
      const at = entry.startsWith('^') ? 'start' : entry.endsWith('$') ? 'end' : 'anywhere';
      const words = entry.replace(/^\^|\$$/g, '').split(' ');
      books[at].add(
        words.map((word) => waysToWrite(word, FORMS)),
        { genre, at },
      );
    }
  }
  return books;
}

const BOOKS = build();

/** With which words a phrase can begin, so that most tokens need no search. */
const FIRST_WORDS = new Set(
  readList('genres').flatMap(({ entries }) =>
    entries.flatMap((entry) => waysToWrite(entry.replace(/^\^|\$$/g, '').split(' ')[0] ?? '', FORMS)),
  ),
);
const begins = ({ word, kind }: Token) => kind !== 'mark' && (kind !== 'word' || FIRST_WORDS.has(word));

export const knowsForGenres = (word: string): boolean =>
  Object.values(BOOKS).some((book) => book.knows(word));

/** A kind of text that a headline is, and by which of its words. */
interface GenreFound {
  readonly genre: Genre;
  /** Hundredths that it leaves. */
  readonly keeps: number;
  readonly words: string;
}

const genreFound = (genre: Genre, words: string): GenreFound => ({ genre, keeps: KEEPS[genre], words });

const BEFORE_START = new Set([':', '|', '—', '–', '?', ';']);

/** Whether a headline begins, or a part of it behind a mark. */
function isStart(tokens: readonly Token[], at: number): boolean {
  return at === 0 || BEFORE_START.has(tokens[at - 1]?.word ?? '');
}

function matchesAt(tokens: readonly Token[], at: number): Match<Place>[] {
  const matches = [
    isStart(tokens, at) ? BOOKS.start.longestAt(tokens, at) : undefined,
    BOOKS.anywhere.longestAt(tokens, at),
    BOOKS.end.longestAt(tokens, at),
  ];
  return matches
    .filter((match) => match !== undefined)
    .filter(({ entry, to }) => entry.at !== 'end' || to === tokens.length)
    .filter(({ entry }) => entry.genre !== 'listing' || isCount(tokens[at]));
}

/** A list has some few things; $40M or 5,000 begin none. */
function isCount(token: Token | undefined): boolean {
  return token?.kind !== 'amount' || /^\d{1,2}$/.test(token.word);
}

function questionOf(tokens: readonly Token[], words: readonly Token[]): GenreFound[] {
  if (tokens.some(({ word }) => word === '?')) return [genreFound('question', '?')];
  const [first, second] = words;
  return first && second && AUXILIARIES.has(first.word) && !NAMES.has(`${first.word} ${second.word}`)
    ? [genreFound('question', first.text)]
    : [];
}

/**
 * All kinds of text that a headline is, by its words, its question mark or its length.
 *
 * @param isAside whether a token is in a side clause: “altcoins rally as Bitcoin trades sideways” is no flat market.
 */
export function genresOf(
  tokens: readonly Token[],
  isAside: (at: number) => boolean = () => false,
): GenreFound[] {
  const words = tokens.filter(({ kind }) => kind !== 'mark');
  const found = questionOf(tokens, words);
  for (const [at, token] of tokens.entries()) {
    if (!begins(token) || isAside(at)) continue;
    for (const { entry, from, to } of matchesAt(tokens, at))
      found.push(genreFound(entry.genre, textOf({ from, to }, tokens)));
  }
  if (words.length <= SHORT) found.push(genreFound('short', String(words.length)));
  return found;
}
