import { FORMS } from './lexicon.ts';
import { PhraseBook } from './phrase-book.ts';
import type { Token } from './tokens.ts';
import { readList, waysToWrite } from './word-lists.ts';

/** What each kind of text keeps of the points of its words, in hundredths. The brief ones of it are read as neutral. */
const KEEPS = {
  question: 20,
  explainer: 25,
  why: 45,
  opinion: 35,
  roundup: 35,
  listing: 20,
  promotion: 25,
  people: 15,
  procedure: 30,
  flat: 30,
  analysis: 40,
  comparison: 35,
  moved: 30,
  short: 60,
  hedge: 85,
} as const;

type Frame = keyof typeof KEEPS;

interface Place {
  readonly frame: Frame;
  readonly at: 'start' | 'end' | 'anywhere';
}

const AUXILIARIES = new Set(
  'is are was were can could will would should does do did has have had am may might must'.split(' '),
);

function isFrame(name: string): name is Frame {
  return Object.hasOwn(KEEPS, name);
}

function build(): Record<Place['at'], PhraseBook<Place>> {
  const books = {
    start: new PhraseBook<Place>(),
    end: new PhraseBook<Place>(),
    anywhere: new PhraseBook<Place>(),
  };
  for (const { head, entries } of readList('frames')) {
    const frame = head[0] ?? '';
    if (!isFrame(frame)) throw new Error(`there is no rule ${frame}`);
    for (const entry of entries) {
      const at = entry.startsWith('^') ? 'start' : entry.endsWith('$') ? 'end' : 'anywhere';
      const words = entry.replace(/^\^|\$$/g, '').split(' ');
      books[at].add(
        words.map((word) => waysToWrite(word, FORMS)),
        { frame, at },
      );
    }
  }
  return books;
}

const BOOKS = build();

export const knowsForFrames = (word: string): boolean =>
  Object.values(BOOKS).some((book) => book.knows(word));

/** A kind of text that a headline is, and by which of its words. */
export interface Framing {
  readonly frame: Frame;
  /** Hundredths that it leaves. */
  readonly keeps: number;
  readonly words: string;
}

const framing = (frame: Frame, words: string): Framing => ({ frame, keeps: KEEPS[frame], words });

/** All kinds of text that a headline is, by its words, its question mark or its length. */
export function framesOf(tokens: readonly Token[]): Framing[] {
  const found: Framing[] = [];
  const words = tokens.filter(({ kind }) => kind !== 'mark');
  const last = tokens.findLastIndex(({ word }) => word === '?');
  if (last >= 0) found.push(framing('question', '?'));
  else if (AUXILIARIES.has(words[0]?.word ?? '') && words.length > 1)
    found.push(framing('question', words[0]?.text ?? ''));
  for (const [at, token] of tokens.entries()) {
    if (token.kind === 'mark') continue;
    const isStart = at === 0 || [':', '|', '—', '–', '?', ';'].includes(tokens[at - 1]?.word ?? '');
    const matches = [
      isStart ? BOOKS.start.longestAt(tokens, at) : undefined,
      BOOKS.anywhere.longestAt(tokens, at),
      BOOKS.end.longestAt(tokens, at),
    ];
    for (const match of matches) {
      if (!match || (match.entry.at === 'end' && match.to < tokens.length)) continue;
      if (match.entry.frame === 'listing' && token.kind === 'amount' && !/^\d{1,2}$/.test(token.word))
        continue;
      const text = tokens
        .slice(match.from, match.to)
        .map(({ text }) => text)
        .join(' ');
      found.push(framing(match.entry.frame, text));
    }
  }
  if (words.length <= 3) found.push(framing('short', String(words.length)));
  return found;
}
