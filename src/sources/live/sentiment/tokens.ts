/** A word, amount, span of time or mark of a headline. */
export interface Token {
  /** In lower case, without a possessive ending. */
  readonly word: string;
  /** As it stands in the headline. */
  readonly text: string;
  readonly kind: 'word' | 'amount' | 'span' | 'mark';
}

/** Longer than any headline; what is behind it is not read. */
const LONGEST_TITLE = 500;

const TOKEN =
  /(?<span>(?:\d+|multi|one|two|three|four|five|six|seven|eight|nine|ten|all)-(?:minute|hour|day|week|month|quarter|year|decade|time)s?(?![\p{L}\p{N}]))|(?<amount>[$€£¥₿]?\d[\d,.]*(?:[–-]\d[\d,.]*)?(?:%|[kmbt]n?(?![\p{L}\p{N}]))?[+x]?(?:[ -](?:million|billion|trillion|thousand|percent|bps)(?![\p{L}\p{N}]))?)(?![\p{L}])|(?<word>[\p{L}\p{N}][\p{L}\p{N}\p{M}'&.-]*)|(?<mark>[,:;?!|()[\]—–-])/giu;
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
    const word = stripped(text.toLowerCase().replace(TRAILING, ''), isKnown);
    if (word !== '')
      tokens.push({ word, text: text.replace(TRAILING, ''), kind: SPANS.has(word) ? 'span' : 'word' });
  };
  for (const { 0: text, groups = {} } of plain(title).matchAll(TOKEN)) {
    if (groups['mark']) tokens.push({ word: text, text, kind: 'mark' });
    else if (groups['span']) tokens.push({ word: text.toLowerCase(), text, kind: 'span' });
    else if (groups['amount'])
      tokens.push({
        word: text.toLowerCase().replace(/[.,]+$/, ''),
        text: text.replace(/[.,]+$/, ''),
        kind: 'amount',
      });
    else if (text.includes('-') && !isKnown(stripped(text.toLowerCase().replace(TRAILING, ''), isKnown)))
      for (const part of text.split('-')) push(part);
    else push(text);
    // A full stop behind a whole word, and no abbreviation, ends a sentence.
    if (groups['word'] && /[\p{Ll}\p{N}]{3}\.$/u.test(text))
      tokens.push({ word: '.', text: '.', kind: 'mark' });
    // A comma or full stop that ended an amount is a mark of its own.
    if (groups['amount'] && /[,]$/.test(text)) tokens.push({ word: ',', text: ',', kind: 'mark' });
  }
  return tokens;
}
