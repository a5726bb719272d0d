/** The numbers of the wildcards: any amount, any span of time, any sum of money, any word. */
export const WILD = { '#': 0, '@': 1, $: 2, '*': 3 } as const;

/** A word of a phrase. Most nodes have at most one child, so only further children need a map. */
export class PhraseNode<Entry> {
  entry: Entry | undefined;
  /** Whether a child is a wildcard. */
  hasWild = false;
  /** The number of the first child; see `PhraseTrie.#numbers`. */
  #number = -1;
  #next: PhraseNode<Entry> | undefined;
  #others: Map<number, PhraseNode<Entry>> | undefined;

  get isLast(): boolean {
    return this.#next === undefined;
  }

  next(number: number): PhraseNode<Entry> | undefined {
    return number === this.#number ? this.#next : this.#others?.get(number);
  }

  add(number: number): PhraseNode<Entry> {
    const node = new PhraseNode<Entry>();
    if (number <= WILD['*']) this.hasWild = true;
    if (this.#next) {
      this.#others ??= new Map();
      this.#others.set(number, node);
    } else {
      this.#number = number;
      this.#next = node;
    }
    return node;
  }
}
