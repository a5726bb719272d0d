// Bans, taxes and legal cases: good news if lifted, dropped or rejected, and bad news if imposed or filed. For verbs that
// have other meanings, too; verbs that always stop something are in the lexicon.
import { type Item, isBad, isPhrase, quote, replace } from '../lexicon/matched-terms.ts';
import { wordSet } from '../lexicon/word-lists.ts';
import { covers, type Range, type Token } from '../text/tokens.ts';

const RESTRICTIONS = wordSet('restriction');
const CASES = wordSet('case');
const STRICT = wordSet('restriction-strict');
const FOLLOWERS = wordSet('restriction-follow');
const PASSIVE = wordSet('restriction-passive');
const CAUSES = wordSet('restriction-cause');
const COMPOUNDS = wordSet('restriction-compound');
const AMBIGUOUS = wordSet('restriction-ambiguous');

const ACTIONS = ['lifts', 'fails', 'rejects', 'imposes', 'brings'] as const;
const ACTION_OF = new Map(
  ACTIONS.flatMap((action) => [...wordSet(`restriction-${action}`)].map((verb) => [verb, action] as const)),
);

/** How many tokens the object may be behind the verb, or before it in the passive. */
const OBJECT_TOKENS = 5;
const SUBJECT_TOKENS = 8;

/** Points, in hundredths. */
const LIFTED = 40;
const IMPOSED = -45;

function isRestriction(tokens: readonly Token[], at: number): boolean {
  const word = tokens[at]?.word ?? '';
  return (RESTRICTIONS.has(word) || CASES.has(word)) && !COMPOUNDS.has(tokens[at - 1]?.word ?? '');
}

/** Whether a noun is the last of its compound: “tax”, but not “tax break”. */
function isHead(tokens: readonly Token[], at: number): boolean {
  const next = tokens[at + 1];
  return !next || next.kind === 'mark' || FOLLOWERS.has(next.word);
}

/** The position of the object of a verb, behind it. */
function objectOf(tokens: readonly Token[], verb: number, end: number): number | undefined {
  for (let at = verb + 1; at < Math.min(end, verb + 1 + OBJECT_TOKENS); at += 1) {
    const { word, kind } = tokens[at] as Token;
    if (kind === 'mark' || CAUSES.has(word)) return undefined;
    // The last noun of a compound counts: a ban probe is a probe.
    if (isRestriction(tokens, at) && !isRestriction(tokens, at + 1))
      return !AMBIGUOUS.has(word) || isHead(tokens, at) ? at : undefined;
  }
  return undefined;
}

/** The position of the subject of a verb, before it: “ban lifted”, “suit collapses”. */
function subjectOf(tokens: readonly Token[], verb: number, start: number): number | undefined {
  for (let at = verb - 1; at >= Math.max(start, verb - SUBJECT_TOKENS); at -= 1) {
    if (tokens[at]?.kind === 'mark') return undefined;
    if (isRestriction(tokens, at)) return at;
  }
  return undefined;
}

/** The position of the restriction or case that a verb lifts or imposes. */
function targetOf(tokens: readonly Token[], verb: number, clause: Range): number | undefined {
  const { word } = tokens[verb] as Token;
  const action = ACTION_OF.get(word);
  const object = action === 'fails' ? undefined : objectOf(tokens, verb, clause.to);
  const hasSubject = action === 'fails' || PASSIVE.has(word);
  const target = object ?? (hasSubject ? subjectOf(tokens, verb, clause.from) : undefined);
  if (target === undefined) return undefined;
  const noun = tokens[target]?.word ?? '';
  if (action === 'brings') return CASES.has(noun) ? target : undefined;
  if (action !== 'rejects' && action !== 'imposes') return target;
  return STRICT.has(noun) && (target + 1 === verb || isHead(tokens, target)) ? target : undefined;
}

/** Replaces a verb and its restriction or case by one item, good if it is lifted and bad if it is imposed. */
export function readRestrictions(
  items: readonly Item[],
  tokens: readonly Token[],
  clause: Range,
): readonly Item[] {
  let read = items;
  for (let verb = clause.from; verb < clause.to; verb += 1) {
    const action = ACTION_OF.get(tokens[verb]?.word ?? '');
    if (!action) continue;
    const ofVerb = read.find((item) => covers(item, verb));
    // A phrase of the lexicon is more specific.
    if (ofVerb && isPhrase(ofVerb) && ofVerb.role !== 'move') continue;
    const target = targetOf(tokens, verb, clause);
    if (target === undefined) continue;
    const ofTarget = read.find((item) => covers(item, target));
    if (ofTarget && ofTarget.points > 0) continue;
    const isLifted = action !== 'brings' && action !== 'imposes';
    const points = isLifted ? LIFTED : IMPOSED;
    const item: Item = { from: target, to: target + 1, role: 'tone', own: points, points };
    if (isLifted) item.reason = `turned by ${quote({ from: verb, to: verb + 1 }, tokens)}`;
    const [from, to] = [Math.min(verb, target), Math.max(verb, target) + 1];
    const isReplaced = (one: Item) =>
      one === ofVerb || one === ofTarget || (isBad(one) && one.from >= from && one.to <= to);
    read = replace(read, isReplaced, item);
  }
  return read;
}
