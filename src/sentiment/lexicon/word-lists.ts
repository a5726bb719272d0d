import { readFileSync } from 'node:fs';

/** A line of a word list. */
export interface Line {
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
