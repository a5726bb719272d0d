import { FORMS } from './lexicon.ts';
import { type Match, PhraseBook } from './phrase-book.ts';
import { textOf } from './reading.ts';
import type { Token } from './tokens.ts';
import { readList, waysToWrite } from './word-lists.ts';

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
interface Framing {
  readonly frame: Frame;
  /** Hundredths that it leaves. */
  readonly keeps: number;
  readonly words: string;
}

const framing = (frame: Frame, words: string): Framing => ({ frame, keeps: KEEPS[frame], words });

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
    .filter(({ entry }) => entry.frame !== 'listing' || isCount(tokens[at]));
}

/** A list has some few things; $40M or 5,000 begin none. */
function isCount(token: Token | undefined): boolean {
  return token?.kind !== 'amount' || /^\d{1,2}$/.test(token.word);
}

function questionOf(tokens: readonly Token[], words: readonly Token[]): Framing[] {
  if (tokens.some(({ word }) => word === '?')) return [framing('question', '?')];
  const [first, second] = words;
  return first && second && AUXILIARIES.has(first.word) ? [framing('question', first.text)] : [];
}

/** All kinds of text that a headline is, by its words, its question mark or its length. */
export function framesOf(tokens: readonly Token[]): Framing[] {
  const words = tokens.filter(({ kind }) => kind !== 'mark');
  const found = questionOf(tokens, words);
  for (const [at, token] of tokens.entries()) {
    if (token.kind === 'mark') continue;
    for (const { entry, from, to } of matchesAt(tokens, at))
      found.push(framing(entry.frame, textOf({ from, to }, tokens)));
  }
  if (words.length <= SHORT) found.push(framing('short', String(words.length)));
  return found;
}
