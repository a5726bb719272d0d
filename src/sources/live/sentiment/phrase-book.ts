import type { Token } from './tokens.ts';

interface Node<Entry> {
  /** By the ways to write the next word; absent where none comes: most nodes are the end of a phrase. */
  next?: Map<string, Node<Entry>>;
  entry?: Entry;
}

export interface Match<Entry> {
  readonly entry: Entry;
  /** The place of its first token, and the place after its last. */
  readonly from: number;
  readonly to: number;
}

const WILD = { amount: '#', span: '@' } as const;
const NO_KEYS: readonly string[] = [];

/** Headlines leave them out or not, and mean the same: pulls plug, pulls the plug; licks wounds, licks its wounds. */
const DETERMINERS = new Set('a an the its their his her'.split(' '));

/** Phrases by their words. A word may be written in several ways; a determiner that the phrase does not have may stand in it. */
export class PhraseBook<Entry> {
  readonly #root: Node<Entry> = {};
  /** By word: the keys of all ways to write that it is one of. Verbs have five forms, and the tree no five branches for them. */
  readonly #keys = new Map<string, string[]>();
  readonly #known = new Map<readonly string[], string>();

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
  }

  /** Whether any phrase has this word. */
  knows(word: string): boolean {
    return this.#keys.has(word);
  }

  /** The longest phrase that begins at a place. */
  longestAt(tokens: readonly Token[], from: number): Match<Entry> | undefined {
    return this.#longest(this.#root, tokens, from, from);
  }

  /** What is there already under one of the ways to write a phrase. */
  #sameAs(words: readonly (readonly string[])[]): Entry | undefined {
    let nodes = [this.#root];
    for (const ways of words) {
      const found = new Set<Node<Entry>>();
      for (const way of ways)
        for (const key of this.#keys.get(way) ?? NO_KEYS)
          for (const { next } of nodes) {
            const node = next?.get(key);
            if (node) found.add(node);
          }
      if (found.size === 0) return undefined;
      nodes = [...found];
    }
    return nodes.find(({ entry }) => entry !== undefined)?.entry;
  }

  #step(node: Node<Entry>, ways: readonly string[]): Node<Entry> {
    const key = this.#keyOf(ways);
    const found = node.next?.get(key);
    if (found) return found;
    const made: Node<Entry> = {};
    node.next ??= new Map();
    node.next.set(key, made);
    return made;
  }

  /** The forms of a verb are one list for all its phrases, so that most are found by the list itself. */
  #keyOf(ways: readonly string[]): string {
    const known = this.#known.get(ways);
    if (known !== undefined) return known;
    const key = ways.join('|');
    for (const way of ways) {
      const keys = this.#keys.get(way);
      if (!keys) this.#keys.set(way, [key]);
      else if (!keys.includes(key)) keys.push(key);
    }
    this.#known.set(ways, key);
    return key;
  }

  #longest(node: Node<Entry>, tokens: readonly Token[], from: number, at: number): Match<Entry> | undefined {
    let best: Match<Entry> | undefined = node.entry ? { entry: node.entry, from, to: at } : undefined;
    const { next: children } = node;
    const token = tokens[at];
    if (!token || !children) return best;
    const keep = (key: string) => {
      const next = children.get(key);
      const match = next && this.#longest(next, tokens, from, at + 1);
      if (match && (!best || match.to > best.to)) best = match;
    };
    for (const key of this.#keys.get(token.word) ?? NO_KEYS) keep(key);
    if (token.kind === 'amount' || token.kind === 'span') keep(WILD[token.kind]);
    if (token.kind !== 'mark') keep('*');
    if (at === from || !DETERMINERS.has(token.word)) return best;
    const past = this.#longest(node, tokens, from, at + 1);
    // One that ends before the determiner was found already.
    return past && past.to > at + 1 && past.to > (best?.to ?? 0) ? past : best;
  }
}
