/**
 * The phrases of the word lists, as texts that are read several times as fast. `scripts/bundle/phrase-lists.ts` replaces
 * this module by what it exports.
 */
import { inflect } from '../text/inflection.ts';
import { WILD } from './phrase-node.ts';
import { type PhraseList, STEM } from './phrase-trie.ts';
import { type Line, readList } from './word-lists.ts';

function expand(word: string): readonly string[] {
  if (word.startsWith('~')) {
    const [lemma = '', past, participle] = word.slice(1).split('/');
    return inflect(lemma, past, participle);
  }
  return word.endsWith('(s)') ? [word.slice(0, -3), `${word.slice(0, -3)}s`] : [word];
}

/** The verbs of `verbs.txt`, as words of phrases: `~rise/rose/risen`. */
export const VERBS = readList('verbs').map(({ head, entries }) => ({
  head,
  entries: entries.map((entry) => `~${entry.replaceAll(' ', '/')}`),
}));

/** The spellings of the words of phrases: thousands of phrases consist of a few hundred words. */
const SPELLINGS = new Map(
  VERBS.flatMap(({ entries }) => entries.map((verb) => [verb.replace(/\/.*/, ''), expand(verb)])),
);

/** All spellings of a word in the notation that phrases.txt explains. */
export const spellingsOf = (word: string): readonly string[] => SPELLINGS.get(word) ?? expand(word);

function lineOf([stem = '', ...others]: readonly string[]): string {
  const endings = others.map((one) => (one.startsWith(stem) ? STEM + one.slice(stem.length) : one));
  return [stem, ...endings].join('|');
}

export function listPhrases(lists: readonly Line[]): PhraseList {
  const heads = [...new Set(lists.map(({ head }) => head.join(' ')))];
  const words = Object.keys(WILD);
  const phrases: string[][] = [];
  /** By words as they are in the lists, and by their lines, which may be equal. */
  const numbers = new Map<string, number>(Object.entries(WILD));
  const addWord = (word: string): number => {
    const line = lineOf(spellingsOf(word));
    const number = numbers.get(line) ?? words.push(line) - 1;
    numbers.set(line, number).set(word, number);
    return number;
  };
  for (const { head, entries } of lists) {
    const index = heads.indexOf(head.join(' '));
    for (const entry of entries) {
      const [first = 0, ...rest] = entry.split(' ').map((word) => numbers.get(word) ?? addWord(word));
      phrases[first] ??= [];
      phrases[first].push([index, ...rest].join(' '));
    }
  }
  const lines = words.map((_, at) => phrases[at]?.join());
  return { heads, words: words.join('\n'), phrases: lines.join('\n') };
}

const VERBS_WITH_ROLE = VERBS.filter(({ head }) => head[0] !== 'forms');
export const TERMS = listPhrases([...VERBS_WITH_ROLE, ...readList('words'), ...readList('phrases')]);

export const SUBJECTS = listPhrases(readList('subjects'));

/** The phrases of genres.txt that match a pattern. */
const genres = (place: RegExp) =>
  listPhrases(
    readList('genres').map(({ head, entries }) => ({
      head,
      entries: entries.filter((entry) => place.test(entry)).map((entry) => entry.replace(/^\^|\$$/g, '')),
    })),
  );

/** By where they may stand. */
export const GENRES = { start: genres(/^\^/), end: genres(/^[^^].*\$$/), anywhere: genres(/^[^^].*[^$]$/) };
