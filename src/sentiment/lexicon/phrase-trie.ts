import type { Token } from '../text/tokens.ts';
import { PhraseNode, WILD } from './phrase-node.ts';

export interface Match<Entry> {
  readonly entry: Entry;
  /** The place of its first token, and the place after its last. */
  readonly from: number;
  readonly to: number;
}

/** An amount of money, or a big one, is `$`, too: top $70B and top 1 million are no top 10. */
const MONEY = /^[$€£¥₿]|illion$|\d[kmb]n?$/;
const NO_NUMBERS: readonly number[] = [];

/** How many tokens that a phrase does not have may stand between its words. */
const MOST_SKIPPED = 3;
/** The verbs' forms are at least these; nouns have two. */
const VERB_FORMS = 3;
/** What a word that a phrase does not have can be in one. */
const BETWEEN = {
  // Headlines leave them out or not, and mean the same: pulls plug, pulls the plug; licks wounds, licks its wounds.
  determiner: 'a an the its their his her another some',
  // Before an amount they only round it.
  rounding: 'about almost approximately around close nearly over roughly up',
  // Behind an amount they say what it is of: $5M worth of, $3M in.
  measured: 'of in worth',
  // Between a verb and its object: names and measures.
  attribute:
    'bitcoin bitcoins btc ether ethereum eth xrp solana crypto cryptocurrency digital asset assets spot etf etfs us u.s uk eu fed sec hong kong key major big first last latest recent entire full further more additional huge massive longest long-standing daily weekly monthly',
  // They tie other words together, so a phrase does not reach across them.
  tie: "no not never nor and or but to on at from with without for by as after before into under down out off than that which who is are was were be been has have had will would could may might can can't won't don't says said say amid despite while if how why what when where",
} as const;
const BETWEEN_OF: ReadonlyMap<string, keyof typeof BETWEEN> = new Map(
  (Object.keys(BETWEEN) as (keyof typeof BETWEEN)[]).flatMap((place) =>
    BETWEEN[place].split(' ').map((word) => [word, place] as const),
  ),
);
/** Behind a name they begin something else: hit $200K by June is not “hit by”. */
const BEGINS_OTHER = new Set('by for as'.split(' '));

/**
 * Phrases by their words. A word may be written in several ways. Determiners, amounts and spans of time may stand
 * between the words of any phrase; between those of a phrase that begins with a verb, names and measures too.
 */
export class PhraseTrie<Entry> {
  readonly #root = new PhraseNode<Entry>();
  /** By word: the numbers of all ways to write that it is one of. Verbs have five forms, and the tree no five branches for them. */
  readonly #numbers = new Map<string, number[]>();
  /** Those of them that begin a phrase: at most places of a headline none does. */
  readonly #firstNumbers = new Map<string, readonly number[]>();
  readonly #known = new Map<readonly string[], number>();
  readonly #byText = new Map<string, number>(Object.entries(WILD));
  readonly #verbs = new Set<number>();
  /** Of the search that runs: the tokens, where they end, and the longest phrase so far. */
  #tokens: readonly Token[] = [];
  #end = 0;
  #best: Entry | undefined;
  #to = 0;

  /** @throws Error where one of the ways to write it is there already. */
  add(words: readonly (readonly string[])[], entry: Entry): void {
    const same = this.#sameAs(words);
    if (same) {
      const phrase = words.map((ways) => ways[0]).join(' ');
      throw new Error(`${phrase} is there twice: ${JSON.stringify(same)} ${JSON.stringify(entry)}`);
    }
    let node = this.#root;
    for (const ways of words) node = this.#step(node, ways);
    node.entry = entry;
    const [first] = words;
    if (first) this.#addFirst(first);
  }

  /** Whether any phrase has this word. */
  knows(word: string): boolean {
    return this.#numbers.has(word);
  }

  /** The longest phrase that begins at a place, and ends before another. */
  longestAt(tokens: readonly Token[], from: number, end = tokens.length): Match<Entry> | undefined {
    this.#tokens = tokens;
    this.#end = end;
    this.#best = undefined;
    this.#to = from;
    this.#match(this.#root, from, MOST_SKIPPED, undefined, false);
    return this.#best && { entry: this.#best, from, to: this.#to };
  }

  /** What is there already under one of the ways to write a phrase. */
  #sameAs(words: readonly (readonly string[])[]): Entry | undefined {
    let nodes = [this.#root];
    for (const ways of words) {
      const found = new Set<PhraseNode<Entry>>();
      for (const way of ways)
        for (const number of this.#numbers.get(way) ?? NO_NUMBERS)
          for (const previous of nodes) {
            const node = previous.next(number);
            if (node) found.add(node);
          }
      if (found.size === 0) return undefined;
      nodes = [...found];
    }
    return nodes.find(({ entry }) => entry !== undefined)?.entry;
  }

  #addFirst(ways: readonly string[]): void {
    const number = this.#numberOf(ways);
    if (ways.length >= VERB_FORMS) this.#verbs.add(number);
    for (const way of ways) {
      const numbers = this.#firstNumbers.get(way) ?? NO_NUMBERS;
      if (numbers.includes(number)) continue;
      this.#firstNumbers.set(
        way,
        [...numbers, number].toSorted((one, other) => one - other),
      );
    }
  }

  #step(node: PhraseNode<Entry>, ways: readonly string[]): PhraseNode<Entry> {
    const number = this.#numberOf(ways);
    return node.next(number) ?? node.add(number);
  }

  /** The forms of a verb are one list for all its phrases, so that most are found by the list itself. */
  #numberOf(ways: readonly string[]): number {
    const known = this.#known.get(ways);
    if (known !== undefined) return known;
    const text = ways.join('|');
    const number = this.#byText.get(text) ?? this.#byText.size;
    this.#byText.set(text, number);
    for (const way of ways) {
      const numbers = this.#numbers.get(way);
      if (!numbers) this.#numbers.set(way, [number]);
      else if (!numbers.includes(number)) numbers.push(number);
    }
    this.#known.set(ways, number);
    return number;
  }

  /** Goes on with the token at a place, behind a node that was reached. */
  #match(
    node: PhraseNode<Entry>,
    at: number,
    skips: number,
    isVerbal: boolean | undefined,
    hasSkipped: boolean,
  ): void {
    const token = this.#tokens[at];
    if (!token || node.isLast || at >= this.#end) return;
    const { word } = token;
    if (!hasSkipped || !BEGINS_OTHER.has(word)) {
      const numbers = isVerbal === undefined ? this.#firstNumbers : this.#numbers;
      for (const number of numbers.get(word) ?? NO_NUMBERS) this.#take(node, number, at, skips, isVerbal);
    }
    if (node.hasWild) this.#matchWild(node, token, at, skips, isVerbal);
    if (isVerbal === undefined || skips === 0 || !this.#maySkip(at, isVerbal)) return;
    this.#match(node, at + 1, skips - 1, isVerbal, BETWEEN_OF.get(word) !== 'determiner');
  }

  #matchWild(
    node: PhraseNode<Entry>,
    { word, kind }: Token,
    at: number,
    skips: number,
    isVerbal: boolean | undefined,
  ): void {
    if (kind === 'mark') return;
    if (kind === 'amount') {
      this.#take(node, WILD['#'], at, skips, isVerbal);
      if (MONEY.test(word)) this.#take(node, WILD.$, at, skips, isVerbal);
    } else if (kind === 'span') this.#take(node, WILD['@'], at, skips, isVerbal);
    this.#take(node, WILD['*'], at, skips, isVerbal);
  }

  #take(
    previous: PhraseNode<Entry>,
    number: number,
    at: number,
    skips: number,
    isVerbal: boolean | undefined,
  ): void {
    const node = previous.next(number);
    if (!node) return;
    if (node.entry !== undefined && at >= this.#to) {
      this.#best = node.entry;
      this.#to = at + 1;
    }
    this.#match(node, at + 1, skips, isVerbal ?? this.#verbs.has(number), false);
  }

  /** Whether a token that a phrase does not have may stand in it. */
  #maySkip(at: number, isVerbal: boolean): boolean {
    const { word, kind } = this.#tokens[at] as Token;
    if (kind !== 'word') return kind !== 'mark';
    const place = BETWEEN_OF.get(word);
    if (place === 'determiner' || !isVerbal) return place === 'determiner';
    if (place === 'rounding') return this.#tokens[at + 1]?.kind === 'amount';
    if (place === 'measured') return this.#tokens[at - 1]?.kind === 'amount';
    return place === 'attribute' || (place === undefined && !this.#numbers.has(word));
  }
}
