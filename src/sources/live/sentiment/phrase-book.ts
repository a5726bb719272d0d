import type { Token } from './tokens.ts';

interface Node<Entry> {
  readonly next: Map<string, Node<Entry>>;
  entry?: Entry;
}

export interface Match<Entry> {
  readonly entry: Entry;
  /** The place of its first token, and the place after its last. */
  readonly from: number;
  readonly to: number;
}

const WILD = { amount: '#', span: '@' } as const;

/** Phrases by their words; a word may be written in several ways. */
export class PhraseBook<Entry> {
  readonly #root: Node<Entry> = { next: new Map() };
  readonly #words = new Set<string>();

  /** @throws Error where one of the ways to write it is there already. */
  add(words: readonly (readonly string[])[], entry: Entry): void {
    let nodes = [this.#root];
    for (const ways of words) {
      nodes = nodes.flatMap((node) => ways.map((way) => this.#step(node, way)));
    }
    for (const node of nodes) {
      if (node.entry) {
        const phrase = words.map((ways) => ways[0]).join(' ');
        throw new Error(`${phrase} is there twice: ${JSON.stringify(node.entry)} ${JSON.stringify(entry)}`);
      }
      node.entry = entry;
    }
  }

  /** Whether any phrase has this word. */
  knows(word: string): boolean {
    return this.#words.has(word);
  }

  /** The longest phrase that begins at a place. */
  longestAt(tokens: readonly Token[], from: number): Match<Entry> | undefined {
    return this.#longest(this.#root, tokens, from, from);
  }

  #step(node: Node<Entry>, way: string): Node<Entry> {
    this.#words.add(way);
    const found = node.next.get(way);
    if (found) return found;
    const made: Node<Entry> = { next: new Map() };
    node.next.set(way, made);
    return made;
  }

  #longest(node: Node<Entry>, tokens: readonly Token[], from: number, at: number): Match<Entry> | undefined {
    let best: Match<Entry> | undefined = node.entry ? { entry: node.entry, from, to: at } : undefined;
    const token = tokens[at];
    if (!token) return best;
    const wild = token.kind === 'amount' || token.kind === 'span' ? WILD[token.kind] : undefined;
    for (const key of [token.word, wild, token.kind === 'mark' ? undefined : '*']) {
      const next = key === undefined ? undefined : node.next.get(key);
      const match = next && this.#longest(next, tokens, from, at + 1);
      if (match && (!best || match.to > best.to)) best = match;
    }
    return best;
  }
}
