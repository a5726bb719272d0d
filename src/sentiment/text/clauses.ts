import { numberedWords, wordSet } from '../lexicon/word-lists.ts';
import type { Range, Token } from './tokens.ts';

/** A part of a headline that says one thing. */
export interface Clause extends Range {
  /** How much its points count, in percent. */
  readonly weight: number;
  /** Why it counts less: the conjunction that opens a side clause, or `before “but”`. */
  readonly after?: string;
}

/** Conjunctions that introduce circumstances rather than the news, with the weight of their clause in percent. */
const CONJUNCTIONS = numberedWords('conjunction');
/** They retract part of what precedes them. */
const CONTRASTS = new Set(['but', 'however']);
const BEFORE_CONTRAST_PERCENT = 50;
/** “XRP Lawsuit: …”: a topic of so many words says what the news is about, not what happened. */
const TOPIC_WORDS = 2;
const TOPIC_PERCENT = 40;
const ENDS = new Set([':', ';', '.', '—', '–', '|', '?', '!']);

const BEFORE_COMPLEMENT = wordSet('as-complement');
/** How many tokens they may be before “as”. */
const BEFORE_AS_TOKENS = 4;

/** The weight of the clause that a token opens, if it is a conjunction. */
function openedBy(tokens: readonly Token[], at: number): number | undefined {
  const { word, kind } = tokens[at] as Token;
  if (kind !== 'word') return undefined;
  const weight = CONJUNCTIONS.get(word);
  if (word !== 'as') return weight;
  const before = tokens.slice(Math.max(0, at - BEFORE_AS_TOKENS), at);
  return before.some((one) => BEFORE_COMPLEMENT.has(one.word)) ? undefined : weight;
}

/** Whether a clause reports circumstances: “as stocks fall”. What precedes “but”, or a topic, is none. */
export const isSideClause = ({ after }: Clause) => after !== undefined && !after.startsWith('before');

/** Splits a headline at marks and conjunctions. A side clause at the start ends at its comma; other commas split nothing. */
export function clausesOf(tokens: readonly Token[]): Clause[] {
  const clauses: Clause[] = [];
  let current: { from: number; weight: number; after?: string } = { from: 0, weight: 100 };
  const begin = (at: number, weight = 100, after?: string) => {
    if (at > current.from) clauses.push({ ...current, to: at });
    current = { from: at, weight, ...(after !== undefined && { after }) };
  };
  for (const [at, token] of tokens.entries()) {
    const weight = openedBy(tokens, at);
    if (weight !== undefined) begin(at, weight, token.word);
    else if (CONTRASTS.has(token.word)) {
      begin(at);
      for (const [index, clause] of clauses.entries())
        clauses[index] = {
          ...clause,
          weight: Math.round((clause.weight * BEFORE_CONTRAST_PERCENT) / 100),
          after: `before “${token.word}”`,
        };
    } else if (token.word === ':' && at <= TOPIC_WORDS && current.from === 0) {
      begin(at);
      if (clauses[0]) clauses[0] = { ...clauses[0], weight: TOPIC_PERCENT, after: 'before “:”' };
    } else if (token.kind === 'mark' && (ENDS.has(token.word) || openedBy(tokens, 0) !== undefined))
      begin(at);
  }
  begin(tokens.length);
  return clauses;
}
