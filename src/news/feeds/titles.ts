import { decodeHTMLStrict } from 'entities/decode';

/** Limits of a title before and after it is reduced to plain text. */
const MAX_RAW_CHARACTERS = 2000;
const MAX_CHARACTERS = 300;

const BREAK = /<(?:br|\/?(?:p|div|li|h[1-6]))\b[^<>]*>/gi;
const TAG = /<(?:\/?[a-z]|!--)[^<>]*>/gi;
/** Control characters, and those that are invisible or reverse the direction of writing. */
const INVISIBLE = /[\p{Cc}\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/gu;

/** A complete character reference. Without the semicolon, as in `AT&T`, it may not be one. */
const REFERENCE = /&(?:#\d{1,7}|#x[\da-f]{1,6}|[a-z][\da-z]{1,31});/gi;
/** In a title about markup, a reference that stands as a word is meant literally. In quotes, it is in any title. */
const ABOUT_REFERENCES = /\b(?:x?html5?|xml|ampersands?)\b/i;
const IN_QUOTES = /(["'`“‘])&[^;&\s]{1,32};["'`”’]/;
/** A reference between spaces, or at either end. */
const AS_WORD = /(?<!\S)&[^;&\s]{1,32};(?!\S)/;

/**
 * Decodes references once more, since many feeds escape titles twice. It does not decode the result again: `&amp;amp;`
 * becomes `&amp;`.
 */
function decodeAgain(title: string): string {
  if (IN_QUOTES.test(title) || (ABOUT_REFERENCES.test(title) && AS_WORD.test(title))) return title;
  return title.replace(REFERENCE, (reference) => decodeHTMLStrict(reference));
}

/** A character in two references, one for each of its UTF-16 surrogates, escaped once or twice. */
const HALVES = /&(amp;)?#(xd[89ab][\da-f]{2}|5[56]\d{3});&(?:amp;)?#(xd[c-f][\da-f]{2}|5[67]\d{3});/gi;

/** Joins references to two surrogates, which HTML does not allow, into one reference. */
export function joinSurrogates(document: string): string {
  return document.replace(HALVES, (both, inner: string | undefined, ...halves: string[]) => {
    const [high = 0, low = 0] = halves.slice(0, 2).map((half) => Number(half.replace(/^x/i, '0x')));
    const isPair = high >= 0xd800 && high <= 0xdbff && low >= 0xdc00 && low <= 0xdfff;
    return isPair ? `&${inner ?? ''}#${0x10000 + (high - 0xd800) * 0x400 + (low - 0xdc00)};` : both;
  });
}

const withoutMarkup = (text: string): string =>
  text.replace(BREAK, ' ').replace(TAG, '').replace(/\s+/g, ' ').replace(INVISIBLE, '');

/** Returns one line of plain text, of at most 300 characters. */
export function plainTitle(decoded: string): string {
  const raw = withoutMarkup(decoded.slice(0, MAX_RAW_CHARACTERS));
  const line = withoutMarkup(decodeAgain(raw)).trim().toWellFormed();
  const characters = Array.from(line);
  return characters.length <= MAX_CHARACTERS ? line : `${characters.slice(0, MAX_CHARACTERS - 1).join('')}…`;
}

const SEPARATOR = /\s+(?:-{1,2}|–|—|\||·|::|»)\s+/g;
/** A headline keeps at least this many words when a publisher's name is removed. */
const MIN_WORDS = 4;

/** A capitalized word, digits before letters, or a domain. A bare number belongs to a date, and distinguishes stories. */
const isName = (word: string): boolean =>
  /^(?:\p{Lu}|\d+\p{L})/u.test(word) || /^[\p{L}\d-]+\.\p{L}{2,}$/u.test(word);

/** Removes the publisher's name that some feeds append: at most three words, each written like a name. */
function withoutPublisher(title: string): string {
  const last = [...title.matchAll(SEPARATOR)].at(-1);
  if (!last) return title;
  const words = title.slice(last.index + last[0].length).split(' ');
  const rest = title.slice(0, last.index);
  const isPublisher = words.length <= 3 && words.every(isName) && rest.split(' ').length >= MIN_WORDS;
  return isPublisher ? rest : title;
}

/**
 * Reduces a title to letters and digits, which copies of it have in common; empty if it has none. Signs of numbers and
 * percent signs stay as words, since they change the meaning.
 */
export function storyOf(title: string): string {
  return withoutPublisher(title)
    .normalize('NFKC')
    .toLowerCase()
    .replace(/['’‘`´"“”„«»]/g, '')
    .replace(/(?<=\d),(?=\d{3})/g, '')
    .replace(/\b([a-z])\.(?=[a-z]\b)/g, '$1')
    .replace(/(?<=^|\s)[-−–](?=[$€£]?\d)/g, ' minus ')
    .replace(/(?<=^|\s)\+(?=[$€£]?\d)/g, ' plus ')
    .replace(/(?<=\d)\s*%/g, ' percent ')
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, ' ')
    .trim();
}
