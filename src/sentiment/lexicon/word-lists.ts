import { readFileSync } from 'node:fs';
import { inflect } from '../text/inflection.ts';

/** A line of a word list: what its entries are, and the entries. */
export interface Line {
  /** What is before the colon, by words. */
  readonly head: readonly string[];
  readonly entries: readonly string[];
}

/** @throws Error where a line is not `head: entry, entry, …`. */
export function readList(name: string): Line[] {
  const text = readFileSync(new URL(`words/${name}.txt`, import.meta.url), 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [, head, entries] = /^([a-z]+(?: -?\d+)?): (\S.*)$/.exec(line) ?? [];
      if (!head || !entries) throw new Error(`${name}: ${line}`);
      return { head: head.split(' '), entries: entries.split(', ') };
    });
}

export type Forms = ReadonlyMap<string, readonly string[]>;

/** Thousands of phrases are made of some hundred words. */
const WAYS = new Map<string, readonly string[]>();

function written(word: string): readonly string[] {
  if (word.startsWith('~')) return inflect(word.slice(1));
  return word.endsWith('(s)') ? [word.slice(0, -3), `${word.slice(0, -3)}s`] : [word];
}

/** The ways to write one word of the notation that phrases.txt explains; the same list for the same word. */
export function waysToWrite(word: string, forms: Forms): readonly string[] {
  const irregular = word.startsWith('~') ? forms.get(word.slice(1)) : undefined;
  const ways = irregular ?? WAYS.get(word) ?? written(word);
  if (!irregular) WAYS.set(word, ways);
  return ways;
}

/** Of a line of verbs.txt's entry: the verb and all its forms. */
export function formsOf(entry: string): [string, readonly string[]] {
  const [lemma = '', past, participle] = entry.split(' ');
  return [lemma, inflect(lemma, past, participle)];
}
