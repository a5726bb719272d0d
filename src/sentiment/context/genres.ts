// Genres: questions, explainers, opinion and other kinds of headline that report little, whatever their words.

import { textOf } from '../lexicon/matched-terms.ts';
import { GENRES } from '../lexicon/phrase-lists.ts';
import { type Match, PhraseTrie } from '../lexicon/phrase-trie.ts';
import { numberedWords, wordSet } from '../lexicon/word-lists.ts';
import type { Token } from '../text/tokens.ts';

/** The percentage of the points that counts in each genre. The lower ones leave a headline neutral, as people read it. */
const PERCENT = numberedWords('genre');

/** Up to how many words a headline is short. */
const SHORT_WORDS = 3;

const AUXILIARIES = wordSet('auxiliary');
const NAMES = wordSet('auxiliary-name');

const AT_START = new PhraseTrie(GENRES.start, String);
const AT_END = new PhraseTrie(GENRES.end, String);
const ANYWHERE = new PhraseTrie(GENRES.anywhere, String);
const TRIES = [AT_START, AT_END, ANYWHERE];

/** Most tokens need no search. */
const mayBegin = ({ word, kind }: Token) =>
  kind !== 'mark' && (kind !== 'word' || TRIES.some((trie) => trie.begins(word)));

export const isGenreWord = (word: string): boolean => TRIES.some((trie) => trie.knows(word));

interface GenreFound {
  readonly genre: string;
  readonly percent: number;
  /** The words of the headline that show the genre. */
  readonly words: string;
}

const found = (genre: string, words: string): GenreFound => ({
  genre,
  percent: PERCENT.get(genre) ?? 100,
  words,
});

const BEFORE_START = new Set([':', '|', '—', '–', '?', ';']);

/** Lists begin with a small number: “5 altcoins to watch”, but not “$40M”. */
const isCount = (token: Token | undefined) => token?.kind !== 'amount' || /^\d{1,2}$/.test(token.word);

function matchesAt(tokens: readonly Token[], at: number): Match<string>[] {
  const isStart = at === 0 || BEFORE_START.has(tokens[at - 1]?.word ?? '');
  const atEnd = AT_END.longestAt(tokens, at);
  const matches = [
    isStart ? AT_START.longestAt(tokens, at) : undefined,
    ANYWHERE.longestAt(tokens, at),
    atEnd?.to === tokens.length ? atEnd : undefined,
  ];
  return matches
    .filter((match) => match !== undefined)
    .filter(({ entry }) => entry !== 'listing' || isCount(tokens[at]));
}

function questionOf(tokens: readonly Token[], [first, second]: readonly Token[]): GenreFound[] {
  if (tokens.some(({ word }) => word === '?')) return [found('question', '?')];
  if (!first || !second || !AUXILIARIES.has(first.word)) return [];
  return NAMES.has(`${first.word} ${second.word}`) ? [] : [found('question', first.text)];
}

/**
 * Returns all genres of a headline, by its words, its question mark and its length.
 *
 * @param isAside whether a token is in a side clause, which sets no genre: “altcoins rally as Bitcoin trades sideways”.
 */
export function genresOf(
  tokens: readonly Token[],
  isAside: (at: number) => boolean = () => false,
): GenreFound[] {
  const words = tokens.filter(({ kind }) => kind !== 'mark');
  const genres = questionOf(tokens, words);
  for (const [at, token] of tokens.entries()) {
    if (!mayBegin(token) || isAside(at)) continue;
    for (const match of matchesAt(tokens, at)) genres.push(found(match.entry, textOf(match, tokens)));
  }
  if (words.length <= SHORT_WORDS) genres.push(found('short', String(words.length)));
  return genres;
}
