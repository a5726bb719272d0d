import { PhraseTrie } from './phrase-trie.ts';
import { readList, spellingsOfPhrase, VERBS } from './word-lists.ts';

const ROLES = [
  'tone',
  'contrary',
  'opponent',
  'move',
  'reach',
  'event',
  'stop',
  'over',
  'mend',
  'not',
  'authority',
  'plain',
] as const;

/** How an entry takes part in a clause. The files in words/ explain each role. */
export type Role = (typeof ROLES)[number];

export interface Entry {
  readonly role: Role;
  /** Hundredths; positive if good. */
  readonly points: number;
}

function entryOf([name, points]: readonly string[]): Entry {
  const role = ROLES.find((one) => one === name);
  if (!role || !Number.isInteger(Number(points))) throw new Error(`no role: ${name} ${points}`);
  return { role, points: Number(points) };
}

/** All words and phrases that have points or a role. */
export const LEXICON = new PhraseTrie<Entry>();
for (const { head, verbs } of VERBS) {
  if (head[0] === 'forms') continue;
  const entry = entryOf(head);
  for (const forms of verbs) LEXICON.add([forms], entry);
}
for (const { head, entries } of [...readList('words'), ...readList('phrases')]) {
  const entry = entryOf(head);
  for (const phrase of entries) LEXICON.add(spellingsOfPhrase(phrase), entry);
}
