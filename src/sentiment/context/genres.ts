// Genres: questions, explainers, opinion and other kinds of headline that report little, whatever their words.
import { textOf } from '../lexicon/matched-terms.ts';
import { type Match, PhraseTrie } from '../lexicon/phrase-trie.ts';
import { numberedWords, readList, spellingsOfPhrase, wordSet } from '../lexicon/word-lists.ts';
import type { Token } from '../text/tokens.ts';

/** The percentage of the points that counts in each genre. The lower ones leave a headline neutral, as people read it. */
const PERCENT = numberedWords('genre');

/** Up to how many words a headline is short. */
const SHORT_WORDS = 3;

const AUXILIARIES = wordSet('auxiliary');
const NAMES = wordSet('auxiliary-name');

/** The phrases of genres.txt, by where they may stand: at the start, at the end, anywhere. */
const AT_START = new PhraseTrie<string>();
const AT_END = new PhraseTrie<string>();
const ANYWHERE = new PhraseTrie<string>();
/** The words that can begin a phrase: most tokens need no search. */
const FIRST_WORDS = new Set<string>();
for (const { head, entries } of readList('genres')) {
  const genre = head[0] ?? '';
  if (!PERCENT.has(genre)) throw new Error(`there is no genre ${genre}`);
  for (const entry of entries) {
    const trie = entry.startsWith('^') ? AT_START : entry.endsWith('$') ? AT_END : ANYWHERE;
    const words = spellingsOfPhrase(entry.replace(/^\^|\$$/g, ''));
    trie.add(words, genre);
    for (const word of words[0] ?? []) FIRST_WORDS.add(word);
  }
}

const mayBegin = ({ word, kind }: Token) => kind !== 'mark' && (kind !== 'word' || FIRST_WORDS.has(word));

export const isGenreWord = (word: string): boolean =>
  [AT_START, AT_END, ANYWHERE].some((trie) => trie.knows(word));

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
