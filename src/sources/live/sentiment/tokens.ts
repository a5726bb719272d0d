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
const SPAN = String.raw`(?:\d+|multi|one|two|three|four|five|six|seven|eight|nine|ten|all)-(?:minute|hour|day|week|month|quarter|year|decade|time)s?${NO_LETTER}`;
const UNIT = `(?:%|[kmbt]n?${NO_LETTER})?[+x]?(?:[ -](?:million|billion|trillion|thousand|percent|bps)${NO_LETTER})?`;
const AMOUNT = String.raw`[$€£¥₿]?\d[\d,.]*(?:[–-]\d[\d,.]*)?${UNIT}(?!\p{L})`;
const WORD = String.raw`[\p{L}\p{N}][\p{L}\p{N}\p{M}'&.-]*`;
const MARK = String.raw`[,:;?!|\(\)\[\]—–\-]`;
const TOKEN = new RegExp(`(?<span>${SPAN})|(?<amount>${AMOUNT})|(?<word>${WORD})|(?<mark>${MARK})`, 'giu');

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
const TRAILING = /[.'&-]+$/;

function plain(title: string): string {
  return title
    .slice(0, LONGEST_TITLE)
    .normalize('NFKC')
    .replace(/[‘’ʼ`´]/g, "'")
    .replace(/[‐‑]/g, '-');
}

function stripped(word: string, isKnown: (word: string) => boolean): string {
  if (isKnown(word)) return word;
  return word.endsWith("'s") ? word.slice(0, -2) : word;
}

/**
 * Cuts a headline into tokens. A compound with hyphens stays whole where it is known, and else is its parts.
 *
 * @param isKnown whether a word, in lower case, is in the word lists.
 */
export function tokenize(title: string, isKnown: (word: string) => boolean): Token[] {
  const tokens: Token[] = [];
  const push = (text: string) => {
    const whole = text.toLowerCase().replace(TRAILING, '');
    const word = stripped(whole, isKnown);
    if (word === '') return;
    const kind = SPANS.has(word) ? 'span' : 'word';
    const token = { word, text: text.replace(TRAILING, ''), kind } as const;
    tokens.push(word === whole ? token : { ...token, isPossessive: true });
  };
  const plainly = (text: string, kind: Token['kind']) =>
    tokens.push({ word: text.toLowerCase(), text, kind });
  for (const { 0: text, groups = {} } of plain(title).matchAll(TOKEN)) {
    if (groups['mark']) plainly(text, 'mark');
    else if (groups['span']) plainly(text, 'span');
    else if (groups['amount']) {
      plainly(text.replace(/[.,]+$/, ''), 'amount');
      if (text.endsWith(',')) plainly(',', 'mark');
    } else {
      const isWhole =
        !text.includes('-') || isKnown(stripped(text.toLowerCase().replace(TRAILING, ''), isKnown));
      for (const part of isWhole ? [text] : text.split('-')) push(part);
      // A full stop behind a whole word, and no abbreviation, ends a sentence.
      if (/[\p{Ll}\p{N}]{3}\.$/u.test(text)) plainly('.', 'mark');
    }
  }
  return tokens;
}
