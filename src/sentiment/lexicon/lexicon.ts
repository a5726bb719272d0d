import { PhraseTrie } from './phrase-trie.ts';
import { type Forms, formsOf, readList, waysToWrite } from './word-lists.ts';

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

/** How an entry takes part in a clause; words/*.txt say what each is. */
export type Role = (typeof ROLES)[number];

export interface Entry {
  readonly role: Role;
  /** Hundredths, above 0 for good. */
  readonly points: number;
}

function entryOf([name, points]: readonly string[]): Entry {
  const role = ROLES.find((one) => one === name);
  if (!role || !Number.isInteger(Number(points))) throw new Error(`no role: ${name} ${points}`);
  return { role, points: Number(points) };
}

const verbs = readList('verbs');

/** Verbs that are not regular, and all that have an entry. */
export const FORMS: Forms = new Map(verbs.flatMap(({ entries }) => entries.map(formsOf)));

function build(): PhraseTrie<Entry> {
  const book = new PhraseTrie<Entry>();
  for (const { head, entries } of verbs) {
    if (head[0] === 'forms') continue;
    for (const verb of entries) book.add([formsOf(verb)[1]], entryOf(head));
  }
  for (const { head, entries } of [...readList('words'), ...readList('phrases')]) {
    const entry = entryOf(head);
    for (const phrase of entries)
      book.add(
        phrase.split(' ').map((word) => waysToWrite(word, FORMS)),
        entry,
      );
  }
  return book;
}

/** Every word and phrase that has points or a role. */
export const LEXICON = build();
