import type { Plugin } from 'rolldown';
import * as lists from '../../src/sentiment/lexicon/phrase-lists.ts';

const FOLDER = 'sentiment/lexicon';

/** The word lists that the file replaces. */
export const REPLACED = ['genres', 'phrases', 'subjects', 'verbs', 'words'].map(
  (name) => `${FOLDER}/words/${name}.txt`,
);

/** What the program reads instead of the word lists, which take half of the time that `score` needs to start. */
export const PHRASE_LISTS = {
  name: `${FOLDER}/phrase-lists.json`,
  content: JSON.stringify({ TERMS: lists.TERMS, SUBJECTS: lists.SUBJECTS, GENRES: lists.GENRES }),
};

export const phraseLists: Plugin = {
  name: 'phrase-lists',
  transform: {
    filter: { id: /\/lexicon\/phrase-lists\.ts$/ },
    handler: () => `
      import { readFileSync } from 'node:fs';
      const file = new URL('phrase-lists.json', import.meta.url);
      export const { TERMS, SUBJECTS, GENRES } = JSON.parse(readFileSync(file, 'utf8'));`,
  },
};
