import { TERMS } from './phrase-lists.ts';
import { PhraseTrie } from './phrase-trie.ts';

/** The roles of verbs, which a possessive does not have. */
export const VERB_ROLES = ['event', 'move', 'reach', 'stop', 'mend'] as const;
const OTHER_ROLES = ['tone', 'contrary', 'opponent', 'over', 'not', 'authority', 'plain'] as const;
const ROLES = [...VERB_ROLES, ...OTHER_ROLES];

/** How an entry takes part in a clause. The files in words/ explain each role. */
export type Role = (typeof ROLES)[number];

export interface Entry {
  readonly role: Role;
  /** Hundredths; positive if good. */
  readonly points: number;
}

function entryOf(head: string): Entry {
  const [name, points] = head.split(' ');
  const role = ROLES.find((one) => one === name);
  if (!role || !Number.isInteger(Number(points))) throw new Error(`no role: ${head}`);
  return { role, points: Number(points) };
}

/** All words and phrases that have points or a role. */
export const LEXICON = new PhraseTrie(TERMS, entryOf);
