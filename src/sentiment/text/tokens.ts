import { wordSet } from '../lexicon/word-lists.ts';

/** A word, amount, span of time or mark of a headline. */
export interface Token {
  /** Lower case, without a possessive ending. */
  readonly word: string;
  /** As written in the headline. */
  readonly text: string;
  readonly kind: 'word' | 'amount' | 'span' | 'mark';
  /** Whether it had a possessive ending, so that it is a name or a noun. */
  readonly isPossessive?: boolean;
}

/** Consecutive tokens, by position. */
export interface Range {
  readonly from: number;
  /** The position after the last token. */
  readonly to: number;
}

export const covers = ({ from, to }: Range, at: number) => from <= at && at < to;

export const hasMark = (tokens: readonly Token[]) => tokens.some(({ kind }) => kind === 'mark');

/** Longer than any headline; the rest is ignored. */
const LIMIT_CHARACTERS = 500;

const NO_LETTER = String.raw`(?![\p{L}\p{N}])`;
const COUNT =
  'multi|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|several|all';
const UNIT_OF_TIME = 'minute|hour|day|session|week|month|quarter|year|decade|time';
const SPAN = String.raw`(?:(?:\d+|${COUNT})-(?:${UNIT_OF_TIME})s?|(?:day|week|month|year|decade)s?-?long)${NO_LETTER}`;
const UNIT = `(?:%|[kmbt]n?${NO_LETTER})?[+x]?(?:[ -](?:million|billion|trillion|thousand|percent|bps)${NO_LETTER})?`;
/** A sign before a percentage is part of it: “BTC -4%”. */
const SIGN = String.raw`(?:(?<=\s)[+−-](?=\d[\d.,]*%))?`;
const AMOUNT = String.raw`${SIGN}[$€£¥₿]?\d[\d,.]*(?:[–-]\d[\d,.]*)?${UNIT}(?!\p{L})`;
const WORD = String.raw`[\p{L}\p{N}][\p{L}\p{N}\p{M}'&.-]*`;
const MARK = String.raw`[,:;?!|\(\)\[\]—–\-]`;
const TOKEN = new RegExp(`(${SPAN})|(${AMOUNT})|(${WORD})|${MARK}`, 'giu');

const SPANS = wordSet('span');

/** Most titles contain none of the characters that `normalize` changes. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is the range of ASCII
const NEEDS_NO_CHANGE = /^[\u0000-_a-\u007f]*$/;

function normalize(title: string): string {
  const read = title.slice(0, LIMIT_CHARACTERS);
  if (NEEDS_NO_CHANGE.test(read)) return read;
  return read
    .normalize('NFKC')
    .replace(/[‘’ʼ`´]/g, "'")
    .replace(/[‐‑]/g, '-');
}

const withoutTrailing = (text: string) => text.replace(/[.'&-]+$/, '');

type IsKnown = (word: string) => boolean;

function stripped(word: string, isKnown: IsKnown): string {
  return word.endsWith("'s") && !isKnown(word) ? word.slice(0, -2) : word;
}

const tokenOf = (text: string, kind: Token['kind']): Token => ({ word: text.toLowerCase(), text, kind });

function pushWord(tokens: Token[], text: string, isKnown: IsKnown): void {
  const shown = withoutTrailing(text);
  const whole = shown.toLowerCase();
  const word = stripped(whole, isKnown);
  if (word === '') return;
  const kind = SPANS.has(word) ? 'span' : 'word';
  tokens.push({ word, text: shown, kind, isPossessive: word !== whole });
}

/** Adds the tokens of one match of `TOKEN`. */
function pushMatch(tokens: Token[], match: RegExpExecArray, isKnown: IsKnown): void {
  const [text, span, amount, word] = match;
  if (span) tokens.push(tokenOf(text, 'span'));
  else if (amount) {
    tokens.push(tokenOf(text.replace(/[.,]+$/, ''), 'amount'));
    if (text.endsWith(',')) tokens.push(tokenOf(',', 'mark'));
  } else if (!word) tokens.push(tokenOf(text, 'mark'));
  else {
    const isWhole = !text.includes('-') || isKnown(stripped(withoutTrailing(text).toLowerCase(), isKnown));
    for (const part of isWhole ? [text] : text.split('-')) pushWord(tokens, part, isKnown);
    // A full stop after a whole word, unlike after an abbreviation, ends a sentence.
    if (text.endsWith('.') && /[\p{Ll}\p{N}]{3}\.$/u.test(text)) tokens.push(tokenOf('.', 'mark'));
  }
}

/** Bounds of the cache. Slices of more than 12 characters would hold their whole title in memory (V8). */
const CACHE_ENTRIES = 10_000;
const CACHED_CHARACTERS = 12;
const DIGIT = /\d/;

/**
 * Returns a function that splits a headline into tokens. A hyphenated compound stays whole if it is in the word lists, and
 * is split into its parts otherwise. Headlines repeat most words, so the function caches what it finds between spaces.
 *
 * @param isKnown whether a word, in lower case, is in the word lists.
 */
export function tokenizer(isKnown: IsKnown): (title: string) => Token[] {
  const cache = new Map<string, readonly Token[]>();
  /** Adds the tokens that begin in a part of a text; returns the position after the last one, or the end of the part. */
  const cut = (tokens: Token[], text: string, from: number, to: number): number => {
    TOKEN.lastIndex = from;
    while (TOKEN.lastIndex < to) {
      const match = TOKEN.exec(text);
      if (!match || match.index >= to) return to;
      pushMatch(tokens, match, isKnown);
    }
    return TOKEN.lastIndex;
  };
  const pieceOf = (text: string): readonly Token[] => {
    const known = cache.get(text);
    if (known) return known;
    const tokens: Token[] = [];
    cut(tokens, text, 0, text.length);
    if (cache.size >= CACHE_ENTRIES) cache.clear();
    if (text.length <= CACHED_CHARACTERS) cache.set(text, tokens);
    return tokens;
  };
  return (title) => {
    const text = normalize(title);
    const tokens: Token[] = [];
    for (let from = 0; from < text.length; ) {
      const space = text.indexOf(' ', from);
      const to = space < 0 ? text.length : space;
      const piece = text.slice(from, to);
      // An amount may contain spaces: “$5 million”.
      if (DIGIT.test(piece)) from = cut(tokens, text, from, to);
      else {
        for (const token of pieceOf(piece)) tokens.push(token);
        from = to;
      }
      if (from === space) from += 1;
    }
    return tokens;
  };
}
