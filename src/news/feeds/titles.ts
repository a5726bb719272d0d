import { decodeHTMLStrict } from 'entities/decode';

/** What of a title is read at all, and what of it is kept. Characters. */
const MOST_READ = 2000;
const MOST_KEPT = 300;

const BREAK = /<(?:br|\/?(?:p|div|li|h[1-6]))\b[^<>]*>/gi;
const TAG = /<(?:\/?[a-z]|!--)[^<>]*>/gi;
/** Controls, and what turns the direction of writing around: they would reach terminals and pages. */
const UNSEEN = /[\p{Cc}\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/gu;

/** A complete character reference. Without the semicolon, as in `AT&T`, it may be none. */
const REFERENCE = /&(?:#\d{1,7}|#x[\da-f]{1,6}|[a-z][\da-z]{1,31});/gi;
/** A title that is about markup speaks of the references in it that stand as words; of one in quotes any title does. */
const ABOUT_REFERENCES = /\b(?:x?html5?|xml|ampersands?)\b/i;
const IN_QUOTES = /(["'`“‘])&[^;&\s]{1,32};["'`”’]/;
/** A reference with space or nothing on both sides. */
const AS_WORD = /(?<!\S)&[^;&\s]{1,32};(?!\S)/;

/**
 * Many feeds escape titles twice, so that a reference is left after the decoding that their format calls for. It is
 * decoded once more, and not again: `&amp;amp;` stays readable as `&amp;`.
 */
function decodeLeft(title: string): string {
  if (IN_QUOTES.test(title) || (ABOUT_REFERENCES.test(title) && AS_WORD.test(title))) return title;
  return title.replace(REFERENCE, (reference) => decodeHTMLStrict(reference));
}

/** An emoji in two references, one for each half of its UTF-16, is escaped once or twice. */
const HALVES = /&(amp;)?#(xd[89ab][\da-f]{2}|5[56]\d{3});&(?:amp;)?#(xd[c-f][\da-f]{2}|5[67]\d{3});/gi;

/** Writes references to the two halves of a character, which HTML does not know, as one to the character. */
export function joinSurrogates(document: string): string {
  return document.replace(HALVES, (both, inner: string | undefined, ...halves: string[]) => {
    const [high = 0, low = 0] = halves.slice(0, 2).map((half) => Number(half.replace(/^x/i, '0x')));
    const isPair = high >= 0xd800 && high <= 0xdbff && low >= 0xdc00 && low <= 0xdfff;
    return isPair ? `&${inner ?? ''}#${0x10000 + (high - 0xd800) * 0x400 + (low - 0xdc00)};` : both;
  });
}

/** Without tags and what is not seen, in one line. */
const plain = (text: string): string =>
  text.replace(BREAK, ' ').replace(TAG, '').replace(/\s+/g, ' ').replace(UNSEEN, '');

/** A title as a reader sees it: one line of plain text, at most 300 characters. */
export function plainTitle(decoded: string): string {
  const line = plain(decodeLeft(plain(decoded.slice(0, MOST_READ))))
    .trim()
    .toWellFormed();
  const characters = Array.from(line);
  return characters.length <= MOST_KEPT ? line : `${characters.slice(0, MOST_KEPT - 1).join('')}…`;
}

const SEPARATOR = /\s+(?:-{1,2}|–|—|\||·|::|»)\s+/g;
/** How few words a headline may have left once a publisher's name is taken off its end. */
const FEWEST_WORDS = 4;

/** A capital, or digits with letters behind them; or a domain. A bare number is a date's, and tells stories apart. */
const isName = (word: string): boolean =>
  /^(?:\p{Lu}|\d+\p{L})/u.test(word) || /^[\p{L}\d-]+\.\p{L}{2,}$/u.test(word);

/** Without the publisher's name that some feeds put behind a title: at most three words, each as names are written. */
function withoutPublisher(title: string): string {
  const last = [...title.matchAll(SEPARATOR)].at(-1);
  if (!last) return title;
  const words = title.slice(last.index + last[0].length).split(' ');
  const rest = title.slice(0, last.index);
  const isPublisher = words.length <= 3 && words.every(isName) && rest.split(' ').length >= FEWEST_WORDS;
  return isPublisher ? rest : title;
}

/**
 * What two copies of a title have in common: letters and digits. Empty where a title has none.
 * Signs before a number and per cent stay, since they turn the meaning around.
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
