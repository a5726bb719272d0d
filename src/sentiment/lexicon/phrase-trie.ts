import type { Range, Token } from '../text/tokens.ts';
import { PhraseNode, WILD } from './phrase-node.ts';
import { wordSet } from './word-lists.ts';

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

type Spellings = readonly string[];
/** Whether a phrase begins with a verb. */
type Verbal = boolean | undefined;

/**
 * A trie of phrases. A word may have several spellings. Determiners, amounts and spans of time may stand between the words
 * of any phrase; in a phrase that begins with a verb, names and measures may, too.
 */
export class PhraseTrie<Entry> {
  readonly #root = new PhraseNode<Entry>();
  /** The numbers of the sets of spellings that contain a word. A verb has five forms, but one number and one branch. */
  readonly #numbers = new Map<string, number[]>();
  /** Those that begin a phrase: at most positions of a headline none does. */
  readonly #firstNumbers = new Map<string, number[]>();
  readonly #numberOfSpellings = new Map<string, number>(Object.entries(WILD));
  /** The same for arrays that were seen before: the lists repeat a few hundred words. */
  readonly #numberOfArray = new Map<Spellings, number>();
  readonly #verbs = new Set<number>();
  /** The phrases without nodes yet, by their first number: the nodes of all of them would take most of the start. */
  readonly #unread = new Map<number, { readonly numbers: readonly number[]; readonly entry: Entry }[]>();
  /** The state of the current search: the tokens, their end, and the longest phrase so far. */
  #tokens: readonly Token[] = [];
  #end = 0;
  #best: Entry | undefined;
  #to = 0;

  add(words: readonly Spellings[], entry: Entry): void {
    const numbers = words.map((spellings) => this.#numberOf(spellings));
    const [number = 0] = numbers;
    const unread = this.#unread.get(number);
    if (unread) unread.push({ numbers, entry });
    else {
      this.#unread.set(number, [{ numbers, entry }]);
      this.#addFirst(words[0] ?? [], number);
    }
    if (number <= WILD['*']) this.#grow(number);
  }

  /** Whether a phrase contains this word. */
  knows(word: string): boolean {
    return this.#numbers.has(word);
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

  /** Adds the nodes of all phrases that begin with a word. */
  #grow(first: number): void {
    const unread = this.#unread.get(first);
    if (!unread) return;
    this.#unread.delete(first);
    for (const { numbers, entry } of unread) {
      let node = this.#root;
      for (const number of numbers) node = node.next(number) ?? node.add(number);
      node.entry = entry;
    }
  }

  #addFirst(spellings: Spellings, number: number): void {
    if (spellings.length >= VERB_FORMS) this.#verbs.add(number);
    for (const spelling of spellings) {
      const numbers = this.#firstNumbers.get(spelling);
      if (!numbers) this.#firstNumbers.set(spelling, [number]);
      else if (!numbers.includes(number)) {
        numbers.push(number);
        numbers.sort((one, other) => one - other);
      }
    }
  }

  #numberOf(spellings: Spellings): number {
    const known = this.#numberOfArray.get(spellings);
    if (known !== undefined) return known;
    const text = spellings.join('|');
    const number = this.#numberOfSpellings.get(text) ?? this.#numberOfSpellings.size;
    this.#numberOfSpellings.set(text, number);
    this.#numberOfArray.set(spellings, number);
    for (const spelling of spellings) {
      const numbers = this.#numbers.get(spelling);
      if (!numbers) this.#numbers.set(spelling, [number]);
      else if (!numbers.includes(number)) numbers.push(number);
    }
    return number;
  }

  /** Continues a phrase that reached a node with the token at a position. `isVerbal` is unset before the first word. */
  #match(node: PhraseNode<Entry>, at: number, skips: number, isVerbal: Verbal, hasSkipped: boolean): void {
    const token = this.#tokens[at];
    if (!token || at >= this.#end || (node.isLast && isVerbal !== undefined)) return;
    const { word } = token;
    if (!hasSkipped || !AGENTS.has(word)) {
      const numbers = isVerbal === undefined ? this.#firstNumbers : this.#numbers;
      for (const number of numbers.get(word) ?? NO_NUMBERS) this.#take(node, number, at, skips, isVerbal);
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
    if (isVerbal === undefined) this.#grow(number);
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
