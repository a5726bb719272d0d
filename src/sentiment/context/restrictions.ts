import { type Item, isBad, textOf } from '../lexicon/matched-terms.ts';
import type { Token } from '../text/tokens.ts';

/** What binds the trade, or is held against somebody: good news where it is lifted, and bad where it is imposed. */
const RESTRICTION =
  'ban bans cap caps limit limits ceiling restriction restrictions curb curbs moratorium freeze sanction sanctions embargo block prohibition suspension quota quotas rule rules order hold blockade crackdown tax taxes tariff tariffs levy levies';
const CASE =
  'case cases lawsuit lawsuits suit suits charge charges probe probes investigation investigations inquiry inquiries complaint complaints appeal appeals action proceedings indictment';
const RESTRICTIONS = new Set(RESTRICTION.split(' '));
const CASES = new Set(CASE.split(' '));
type Deed = 'lifts' | 'fails' | 'rejects' | 'imposes' | 'brings';

/** Verbs that also have other meanings; those that always stop something are in the word lists. */
const DEEDS: Readonly<Record<Deed, string>> = {
  lifts:
    'lift lifts lifted lifting ease eases eased easing relax relaxes relaxed loosen loosens loosened drop drops dropped dropping withdraw withdraws withdrew withdrawn withdrawing abandon abandons abandoned scrap scraps scrapped abolish abolishes abolished close closes closed closing expire expires expired remove removes removed end ends ended ending',
  // Said of a case only behind it: the suit collapses.
  fails: 'collapse collapses unravel unravels crumble crumbles',
  // What binds only: to reject a case or to back one has no plain side.
  rejects: 'reject rejects rejected rejecting veto vetoes vetoed',
  imposes:
    'impose imposes imposed imposing approve approves approved adopt adopts adopted pass passes passed back backs backed introduce introduces introduced enact enacts enacted levy levies levied reinstate reinstates reinstated',
  brings:
    'file files filed filing refile refiles refiled bring brings brought open opens opened opening reopen reopens reopened launch launches launched widen widens widened expand expands expanded revive revives revived pursue pursues',
};
const DEED_OF: ReadonlyMap<string, Deed> = new Map(
  (Object.keys(DEEDS) as Deed[]).flatMap((deed) =>
    DEEDS[deed].split(' ').map((word) => [word, deed] as const),
  ),
);
/** What binds whoever it is put on. Behind its name nothing may follow that makes it something else: a tax break, a cap table. */
const BINDS = new Set(
  'ban bans cap caps limit limits restriction restrictions curb curbs moratorium tax taxes tariff tariffs levy quota quotas'.split(
    ' ',
  ),
);
const BEHIND_BINDS = new Set(
  'on for in until after at by from to over amid as and of with despite against bill law plan proposal'.split(
    ' ',
  ),
);

/** @param verb may stand behind it: a ban rejected by the court. */
const isBinding = (tokens: readonly Token[], at: number, verb: number): boolean => {
  const next = tokens[at + 1];
  return (
    BINDS.has(tokens[at]?.word ?? '') &&
    (!next || next.kind === 'mark' || at + 1 === verb || BEHIND_BINDS.has(next.word))
  );
};

const PASSIVE = new Set(
  'lifted eased relaxed loosened dropped withdrawn abandoned scrapped abolished closed expired expires removed ended ends rejected vetoed'.split(
    ' ',
  ),
);
/** They begin a cause or a circumstance: drops on ban fears, lifts token after lawsuit. */
const CUTS = new Set('on as after amid in by with despite to over for from at following before'.split(' '));
/** How far, in tokens, from the verb to what it is done to, and the other way round. */
const OBJECT_REACH = 5;
const SUBJECT_REACH = 8;

/** Hundredths. */
const LIFTED = 40;
const BROUGHT = -45;

/** With one of these before it, it is something else: a market cap, a use case, price action. */
const COMPOUNDS = new Set(
  'market use price bull bear base hard soft large small mid low realized test call stop limit white class-action'.split(
    ' ',
  ),
);
/** They are what they seem only at the end of a name: a block reward and an order book bind nobody. */
const AMBIGUOUS = new Set('block order hold cap limit tax rule freeze tariff levy action charge'.split(' '));

function isRestriction(tokens: readonly Token[], at: number): boolean {
  const word = tokens[at]?.word ?? '';
  if (!RESTRICTIONS.has(word) && !CASES.has(word)) return false;
  return !COMPOUNDS.has(tokens[at - 1]?.word ?? '');
}

/** Whether nothing follows that makes it something else. */
function isHead(tokens: readonly Token[], at: number): boolean {
  const next = tokens[at + 1];
  return (
    !AMBIGUOUS.has(tokens[at]?.word ?? '') || !next || next.kind === 'mark' || BEHIND_BINDS.has(next.word)
  );
}

/** What a verb is done to, behind it. */
function objectOf(tokens: readonly Token[], verb: number, end: number): number | undefined {
  for (let at = verb + 1; at < Math.min(end, verb + 1 + OBJECT_REACH); at += 1) {
    const { word, kind } = tokens[at] as Token;
    if (kind === 'mark' || CUTS.has(word)) return undefined;
    // The last of a compound: a ban probe is a probe.
    if (isRestriction(tokens, at) && !isRestriction(tokens, at + 1))
      return isHead(tokens, at) ? at : undefined;
  }
  return undefined;
}

/** What a verb in the passive is done to, before it. */
function subjectOf(tokens: readonly Token[], verb: number, start: number): number | undefined {
  for (let at = verb - 1; at >= Math.max(start, verb - SUBJECT_REACH); at -= 1) {
    const { kind } = tokens[at] as Token;
    if (kind === 'mark') return undefined;
    if (isRestriction(tokens, at)) return at;
  }
  return undefined;
}

const touches = ({ from, to }: Item, at: number) => from <= at && at < to;

/** A ban, a cap or a suit that is lifted or dropped is good news; a case that is brought is bad. */
export function readRestrictions(
  items: readonly Item[],
  tokens: readonly Token[],
  clause: { from: number; to: number },
): readonly Item[] {
  let read = items;
  for (let verb = clause.from; verb < clause.to; verb += 1) {
    const { word } = tokens[verb] as Token;
    const deed = DEED_OF.get(word);
    if (!deed) continue;
    const lifts = deed !== 'brings' && deed !== 'imposes';
    const own = read.find((item) => touches(item, verb));
    // A phrase of the lists knows better.
    if (own && own.to - own.from > 1 && own.role !== 'move') continue;
    const object = deed === 'fails' ? undefined : objectOf(tokens, verb, clause.to);
    const noun =
      object ?? (deed === 'fails' || PASSIVE.has(word) ? subjectOf(tokens, verb, clause.from) : undefined);
    if (noun === undefined) continue;
    const isCase = CASES.has(tokens[noun]?.word ?? '');
    if (deed === 'brings' && !isCase) continue;
    if ((deed === 'rejects' || deed === 'imposes') && !isBinding(tokens, noun, verb)) continue;
    const known = read.find((item) => touches(item, noun));
    if (known && known.points > 0) continue;
    if (!known && !isCase && !RESTRICTIONS.has(tokens[noun]?.word ?? '')) continue;
    const points = lifts ? LIFTED : BROUGHT;
    const reason = `turned by “${textOf({ from: verb, to: verb + 1 }, tokens)}”`;
    const item: Item = {
      from: noun,
      to: noun + 1,
      role: 'tone',
      own: points,
      points,
      ...(lifts && { reason }),
    };
    const between = (one: Item) =>
      isBad(one) && one.from >= Math.min(verb, noun) && one.to <= Math.max(verb, noun) + 1;
    read = [...read.filter((one) => one !== own && one !== known && !between(one)), item].toSorted(
      (one, other) => one.from - other.from,
    );
  }
  return read;
}
