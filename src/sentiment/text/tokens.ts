/** A word, amount, span of time or mark of a headline. */
export interface Token {
  /** In lower case, without a possessive ending. */
  readonly word: string;
  /** As it stands in the headline. */
  readonly text: string;
  readonly kind: 'word' | 'amount' | 'span' | 'mark';
  /** Whether it had a possessive ending: then it is a name or a noun. */
  readonly isPossessive?: boolean;
}

/** Longer than any headline; what is behind it is not read. */
const LONGEST_TITLE = 500;

const NO_LETTER = String.raw`(?![\p{L}\p{N}])`;
const COUNT =
  'multi|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|several|all';
const UNIT_OF_TIME = 'minute|hour|day|session|week|month|quarter|year|decade|time';
const SPAN = String.raw`(?:(?:\d+|${COUNT})-(?:${UNIT_OF_TIME})s?|(?:day|week|month|year|decade)s?-?long)${NO_LETTER}`;
const UNIT = `(?:%|[kmbt]n?${NO_LETTER})?[+x]?(?:[ -](?:million|billion|trillion|thousand|percent|bps)${NO_LETTER})?`;
/** In front of a percentage a sign belongs to it: BTC -4%. */
const SIGN = String.raw`(?:(?<=\s)[+−-](?=\d[\d.,]*%))?`;
const AMOUNT = String.raw`${SIGN}[$€£¥₿]?\d[\d,.]*(?:[–-]\d[\d,.]*)?${UNIT}(?!\p{L})`;
const WORD = String.raw`[\p{L}\p{N}][\p{L}\p{N}\p{M}'&.-]*`;
const MARK = String.raw`[,:;?!|\(\)\[\]—–\-]`;
const TOKEN = new RegExp(`(${SPAN})|(${AMOUNT})|(${WORD})|${MARK}`, 'giu');

const SPANS = new Set([
  'daily',
  'weekly',
  'monthly',
  'quarterly',
  'yearly',
  'annual',
  'all-time',
  'multi-year',
]);
const TRAILING = ".'&-";

/** Most titles have nothing of what is made plain. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is the range of ASCII
const IS_PLAIN = /^[\u0000-_a-\u007f]*$/;

function plain(title: string): string {
  const read = title.slice(0, LONGEST_TITLE);
  if (IS_PLAIN.test(read)) return read;
  return read
    .normalize('NFKC')
    .replace(/[‘’ʼ`´]/g, "'")
    .replace(/[‐‑]/g, '-');
}

function withoutTrailing(text: string): string {
  let end = text.length;
  while (end > 0 && TRAILING.includes(text[end - 1] as string)) end -= 1;
  return text.slice(0, end);
}

type IsKnown = (word: string) => boolean;

function stripped(word: string, isKnown: IsKnown): string {
  return word.endsWith("'s") && !isKnown(word) ? word.slice(0, -2) : word;
}

const plainly = (text: string, kind: Token['kind']): Token => ({ word: text.toLowerCase(), text, kind });

function pushWord(tokens: Token[], text: string, isKnown: IsKnown): void {
  const shown = withoutTrailing(text);
  const whole = shown.toLowerCase();
  const word = stripped(whole, isKnown);
  if (word === '') return;
  const kind = SPANS.has(word) ? 'span' : 'word';
  tokens.push({ word, text: shown, kind, isPossessive: word !== whole });
}

/** Adds what one match of `TOKEN` is. */
function pushMatch(tokens: Token[], match: RegExpExecArray, isKnown: IsKnown): void {
  const [text, span, amount, word] = match;
  if (span) tokens.push(plainly(text, 'span'));
  else if (amount) {
    tokens.push(plainly(text.replace(/[.,]+$/, ''), 'amount'));
    if (text.endsWith(',')) tokens.push(plainly(',', 'mark'));
  } else if (!word) tokens.push(plainly(text, 'mark'));
  else {
    const isWhole = !text.includes('-') || isKnown(stripped(withoutTrailing(text).toLowerCase(), isKnown));
    for (const part of isWhole ? [text] : text.split('-')) pushWord(tokens, part, isKnown);
    // A full stop behind a whole word, and no abbreviation, ends a sentence.
    if (text.endsWith('.') && /[\p{Ll}\p{N}]{3}\.$/u.test(text)) tokens.push(plainly('.', 'mark'));
  }
}

/** How many pieces of headlines a tokenizer remembers, and how long they may be: V8 keeps a whole title for a longer slice. */
const MOST_REMEMBERED = 10_000;
const LONGEST_REMEMBERED = 12;
const DIGIT = /\d/;

/**
 * Makes a function that cuts a headline into tokens. A compound with hyphens stays whole where it is known, and else is
 * its parts. The function remembers the pieces between spaces that it has cut, since headlines repeat most of them.
 *
 * @param isKnown whether a word, in lower case, is in the word lists.
 */
export function tokenizer(isKnown: IsKnown): (title: string) => Token[] {
  const remembered = new Map<string, readonly Token[]>();
  /** The tokens that begin in a part of a text; returns the place after the last of them, or the end of the part. */
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
    const known = remembered.get(text);
    if (known) return known;
    const tokens: Token[] = [];
    cut(tokens, text, 0, text.length);
    if (remembered.size >= MOST_REMEMBERED) remembered.clear();
    if (text.length <= LONGEST_REMEMBERED) remembered.set(text, tokens);
    return tokens;
  };
  return (title) => {
    const text = plain(title);
    const tokens: Token[] = [];
    for (let from = 0; from < text.length; ) {
      const space = text.indexOf(' ', from);
      const to = space < 0 ? text.length : space;
      const piece = text.slice(from, to);
      // What an amount is depends on its neighbours: $5 million.
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
