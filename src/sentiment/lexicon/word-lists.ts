import { readFileSync } from 'node:fs';
import { inflect } from '../text/inflection.ts';

/** A line of a word list. */
interface Line {
  /** The words before the colon. */
  readonly head: readonly string[];
  readonly entries: readonly string[];
}

/** Reads `words/NAME.txt`. @throws Error if a line is not `head: entry, entry, …`. */
export function readList(name: string): Line[] {
  const text = readFileSync(new URL(`words/${name}.txt`, import.meta.url), 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [, head, entries] = /^([a-z-]+(?: -?\d+)?): (\S.*)$/.exec(line) ?? [];
      if (!head || !entries) throw new Error(`${name}: ${line}`);
      return { head: head.split(' '), entries: entries.split(', ') };
    });
}

const WORD_SETS = readList('word-sets');

/** The words of a set of `word-sets.txt`, each with the number of its line, or NaN if the line has none. */
export function numberedWords(name: string): ReadonlyMap<string, number> {
  const lines = WORD_SETS.filter(({ head }) => head[0] === name);
  if (lines.length === 0) throw new Error(`word-sets.txt has no set ${name}`);
  return new Map(lines.flatMap(({ head, entries }) => entries.map((word) => [word, Number(head[1])])));
}

/** A set of `word-sets.txt`. @throws Error if there is none of that name. */
export const wordSet = (name: string): ReadonlySet<string> => new Set(numberedWords(name).keys());

/** Parses an entry of verbs.txt: returns all forms of the verb. */
function formsOf(entry: string): readonly string[] {
  const [lemma = '', past, participle] = entry.split(' ');
  return inflect(lemma, past, participle);
}

/** The verbs of `verbs.txt`, each as all its forms. */
export const VERBS = readList('verbs').map(({ head, entries }) => ({ head, verbs: entries.map(formsOf) }));

/** The spellings of the words of phrases: thousands of phrases consist of a few hundred words. */
const SPELLINGS = new Map(VERBS.flatMap(({ verbs }) => verbs.map((forms) => [`~${forms[0]}`, forms])));

function expand(word: string): readonly string[] {
  if (word.startsWith('~')) return inflect(word.slice(1));
  return word.endsWith('(s)') ? [word.slice(0, -3), `${word.slice(0, -3)}s`] : [word];
}

/** All spellings of a word in the notation that phrases.txt explains; returns the same array for the same word. */
export function spellingsOf(word: string): readonly string[] {
  const known = SPELLINGS.get(word);
  if (known) return known;
  const spellings = expand(word);
  SPELLINGS.set(word, spellings);
  return spellings;
}

/** The spellings of each word of a phrase. */
export const spellingsOfPhrase = (phrase: string) => phrase.split(' ').map(spellingsOf);
