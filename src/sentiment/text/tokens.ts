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

function stripped(word: string, isKnown: (word: string) => boolean): string {
  return word.endsWith("'s") && !isKnown(word) ? word.slice(0, -2) : word;
}

/**
 * Cuts a headline into tokens. A compound with hyphens stays whole where it is known, and else is its parts.
 *
 * @param isKnown whether a word, in lower case, is in the word lists.
 */
export function tokenize(title: string, isKnown: (word: string) => boolean): Token[] {
  const tokens: Token[] = [];
  const push = (text: string) => {
    const shown = withoutTrailing(text);
    const whole = shown.toLowerCase();
    const word = stripped(whole, isKnown);
    if (word === '') return;
    const kind = SPANS.has(word) ? 'span' : 'word';
    const token = { word, text: shown, kind } as const;
    tokens.push(word === whole ? token : { ...token, isPossessive: true });
  };
  const plainly = (text: string, kind: Token['kind']) =>
    tokens.push({ word: text.toLowerCase(), text, kind });
  for (const [text, span, amount, word] of plain(title).matchAll(TOKEN)) {
    if (span) plainly(text, 'span');
    else if (amount) {
      plainly(text.replace(/[.,]+$/, ''), 'amount');
      if (text.endsWith(',')) plainly(',', 'mark');
    } else if (!word) plainly(text, 'mark');
    else {
      const isWhole = !text.includes('-') || isKnown(stripped(withoutTrailing(text).toLowerCase(), isKnown));
      for (const part of isWhole ? [text] : text.split('-')) push(part);
      // A full stop behind a whole word, and no abbreviation, ends a sentence.
      if (text.endsWith('.') && /[\p{Ll}\p{N}]{3}\.$/u.test(text)) plainly('.', 'mark');
    }
  }
  return tokens;
}
