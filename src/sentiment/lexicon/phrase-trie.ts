import type { Range, Token } from '../text/tokens.ts';
import { PhraseNode, WILD } from './phrase-node.ts';
import { wordSet } from './word-lists.ts';

/** Stands in a list for the first spelling of a word, with which most others begin. */
export const STEM = '~';

export interface PhraseList {
  readonly heads: readonly string[];
  /** A line for each word, wildcards first: `fall|~s|fell|~en|~ing`. */
  readonly words: string;
  /** A line for each, with the phrases that it begins: the indexes of their heads and further words, `3 17 5,3 8`. */
  readonly phrases: string;
}

export interface Match<Entry> extends Range {
  readonly entry: Entry;
}

/** Amounts that `$` matches, too: money and large numbers. “top $70B” is not a list like “top 10”. */
const MONEY = /^[$€£¥₿]|illion$|\d[kmb]n?$/;
const NO_NUMBERS: readonly number[] = [];

/** How many tokens may be skipped in a phrase. */
const MAX_SKIPPED = 3;
/** Words with at least so many spellings are verbs; nouns have two. */
const VERB_FORMS = 3;
/** The kinds of words that may be skipped, and those that end a phrase; word-sets.txt explains them. */
const SKIP_KINDS = ['determiner', 'rounding', 'measured', 'attribute', 'tie'] as const;
const SKIP_KIND_OF = new Map(
  SKIP_KINDS.flatMap((kind) => [...wordSet(`phrase-${kind}`)].map((word) => [word, kind] as const)),
);
const AGENTS = wordSet('phrase-agent');

/** Whether a phrase begins with a verb. */
type Verbal = boolean | undefined;

/**
 * A trie of phrases. A word may have several spellings. Determiners, amounts and spans of time may stand between the words
 * of any phrase; in a phrase that begins with a verb, names and measures may, too.
 */
export class PhraseTrie<Entry> {
  readonly #root = new PhraseNode<Entry>();
  /** The numbers of the lines that contain a word. A verb has five forms, but one number and one branch. */
  readonly #numbers = new Map<string, number[]>();
  readonly #verbs = new Set<number>();
  readonly #entries: readonly Entry[];
  /** By their first number. They get nodes when a headline has that word: all nodes would take most of the start. */
  readonly #phrases: readonly string[];
  /** The state of the current search: the tokens, their end, and the longest phrase so far. */
  #tokens: readonly Token[] = [];
  #end = 0;
  #best: Entry | undefined;
  #to = 0;

  /** @param entryOf returns the entry of the phrases with a head. */
  constructor({ heads, words, phrases }: PhraseList, entryOf: (head: string) => Entry) {
    this.#entries = heads.map(entryOf);
    for (const [number, line] of words.split('\n').entries()) this.#addWord(line.split('|'), number);
    this.#phrases = phrases.split('\n');
    for (const number of Object.values(WILD)) this.#grow(number);
  }

  /** Whether a phrase contains this word. */
  knows(word: string): boolean {
    return this.#numbers.has(word);
  }

  /** Whether a phrase begins with this word. */
  begins(word: string): boolean {
    return this.#numbers.get(word)?.some((number) => this.#phrases[number]) === true;
  }

  /** Returns the longest phrase that begins at `from` and ends at or before `end`. */
  longestAt(tokens: readonly Token[], from: number, end = tokens.length): Match<Entry> | undefined {
    this.#tokens = tokens;
    this.#end = end;
    this.#best = undefined;
    this.#to = from;
    this.#match(this.#root, from, MAX_SKIPPED, undefined, false);
    return this.#best && { entry: this.#best, from, to: this.#to };
  }

  #addWord(spellings: readonly string[], number: number): void {
    const [stem = ''] = spellings;
    if (spellings.length >= VERB_FORMS) this.#verbs.add(number);
    for (const spelling of spellings) {
      const word = spelling.startsWith(STEM) ? stem + spelling.slice(STEM.length) : spelling;
      const numbers = this.#numbers.get(word);
      if (numbers) numbers.push(number);
      else this.#numbers.set(word, [number]);
    }
  }

  /** Adds the nodes of all phrases that begin with a word. @returns whether there are any. */
  #grow(first: number): boolean {
    const phrases = this.#phrases[first];
    if (!phrases || this.#root.next(first)) return !!phrases;
    const start = this.#root.add(first);
    for (const phrase of phrases.split(',')) {
      const [entry = 0, ...numbers] = phrase.split(' ').map(Number);
      let node = start;
      for (const number of numbers) node = node.next(number) ?? node.add(number);
      node.entry = this.#entries[entry];
    }
    return true;
  }

  /** Continues a phrase that reached a node with the token at a position. `isVerbal` is unset before the first word. */
  #match(node: PhraseNode<Entry>, at: number, skips: number, isVerbal: Verbal, hasSkipped: boolean): void {
    const token = this.#tokens[at];
    if (!token || at >= this.#end || (node.isLast && isVerbal !== undefined)) return;
    const { word } = token;
    if (!hasSkipped || !AGENTS.has(word)) {
      for (const number of this.#numbers.get(word) ?? NO_NUMBERS)
        this.#take(node, number, at, skips, isVerbal);
    }
    if (node.hasWild) this.#matchWild(node, at, skips, isVerbal);
    if (isVerbal === undefined || skips === 0 || !this.#maySkip(at, isVerbal)) return;
    this.#match(node, at + 1, skips - 1, isVerbal, SKIP_KIND_OF.get(word) !== 'determiner');
  }

  #matchWild(node: PhraseNode<Entry>, at: number, skips: number, isVerbal: Verbal): void {
    const { word, kind } = this.#tokens[at] as Token;
    if (kind === 'mark') return;
    if (kind === 'amount') {
      this.#take(node, WILD['#'], at, skips, isVerbal);
      if (MONEY.test(word)) this.#take(node, WILD.$, at, skips, isVerbal);
    } else if (kind === 'span') this.#take(node, WILD['@'], at, skips, isVerbal);
    this.#take(node, WILD['*'], at, skips, isVerbal);
  }

  #take(previous: PhraseNode<Entry>, number: number, at: number, skips: number, isVerbal: Verbal): void {
    if (isVerbal === undefined && !this.#grow(number)) return;
    const node = previous.next(number);
    if (!node) return;
    if (node.entry !== undefined && at >= this.#to) {
      this.#best = node.entry;
      this.#to = at + 1;
    }
    this.#match(node, at + 1, skips, isVerbal ?? this.#verbs.has(number), false);
  }

  /** Whether a token that is not part of a phrase may stand in it. */
  #maySkip(at: number, isVerbal: boolean): boolean {
    const { word, kind } = this.#tokens[at] as Token;
    if (kind !== 'word') return kind !== 'mark';
    const skipKind = SKIP_KIND_OF.get(word);
    if (skipKind === 'determiner' || !isVerbal) return skipKind === 'determiner';
    if (skipKind === 'rounding') return this.#tokens[at + 1]?.kind === 'amount';
    if (skipKind === 'measured') return this.#tokens[at - 1]?.kind === 'amount';
    return skipKind === 'attribute' || (skipKind === undefined && !this.#numbers.has(word));
  }
}
