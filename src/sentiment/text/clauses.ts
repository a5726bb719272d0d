import type { Token } from './tokens.ts';

/** A part of a headline that says one thing. */
export interface Clause {
  /** The place of its first token, and the place after its last. */
  readonly from: number;
  readonly to: number;
  /** What its points count, in hundredths of those of a main clause. */
  readonly weight: number;
  /** The word that made it a side clause. */
  readonly after?: string;
}

/** What follows one of these tells the circumstances, not the news. Hundredths. */
const SIDE: ReadonlyMap<string, number> = new Map([
  ['as', 40],
  ['amid', 40],
  ['amidst', 40],
  ['after', 40],
  ['following', 40],
  ['during', 40],
  ['while', 60],
  ['whilst', 60],
  ['because', 50],
  ['since', 50],
  ['before', 45],
  ['until', 45],
  ['when', 50],
  ['though', 35],
  ['although', 35],
  ['despite', 15],
]);
/** What was said before it is taken back in part. */
const TURN = new Set(['but', 'however']);
const BEFORE_TURN = 50;
/** XRP Lawsuit: a topic of so many words says what the news is about, and not what it is. */
const LONGEST_TOPIC = 2;
const TOPIC = 40;
const ENDS = new Set([':', ';', '.', '—', '–', '|', '?', '!']);

/** Behind one of these “as” tells what something is taken for: sees Bitcoin as a threat, accepts ether as payment. */
const TAKES = new Set(
  'see sees saw seen view views viewed treat treats treated classify classifies classified regard regards regarded describe describes described label labels labeled branded dismiss dismisses dismissed hail hails hailed tout touts touted use uses used accept accepts accepted recognize recognizes recognized recognise serve serves known such so well far same twice soon'.split(
    ' ',
  ),
);
/** How far, in tokens, from there to its “as”. */
const TAKEN = 4;

function opening(tokens: readonly Token[], at: number): number | undefined {
  const { word, kind } = tokens[at] as Token;
  if (kind !== 'word') return undefined;
  const weight = SIDE.get(word);
  if (word !== 'as') return weight;
  const isTaken = tokens.slice(Math.max(0, at - TAKEN), at).some((before) => TAKES.has(before.word));
  return isTaken ? undefined : weight;
}

/** Cuts at the marks and conjunctions; a side clause that opens the headline ends at its comma. */
export function clausesOf(tokens: readonly Token[]): Clause[] {
  const clauses: Clause[] = [];
  let current: { from: number; weight: number; after?: string } = { from: 0, weight: 100 };
  const begin = (at: number, next: { weight: number; after?: string }) => {
    if (at > current.from) clauses.push({ ...current, to: at });
    current = { ...next, from: at };
  };
  for (const [at, token] of tokens.entries()) {
    const weight = opening(tokens, at);
    if (weight !== undefined) begin(at, { weight, after: token.word });
    else if (TURN.has(token.word)) {
      begin(at, { weight: 100 });
      for (const [index, clause] of clauses.entries()) {
        clauses[index] = {
          ...clause,
          weight: Math.round((clause.weight * BEFORE_TURN) / 100),
          after: `before “${token.word}”`,
        };
      }
    } else if (token.word === ':' && at <= LONGEST_TOPIC && current.from === 0) {
      begin(at, { weight: 100 });
      if (clauses[0]) clauses[0] = { ...clauses[0], weight: TOPIC, after: 'before “:”' };
    } else if (token.kind === 'mark' && (ENDS.has(token.word) || opening(tokens, 0) !== undefined)) {
      begin(at, { weight: 100 });
    }
  }
  begin(tokens.length, { weight: 100 });
  return clauses;
}
