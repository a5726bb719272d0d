import { PhraseTrie } from './lexicon/phrase-trie.ts';
import { readList, spellingsOfPhrase } from './lexicon/word-lists.ts';
import { withoutPublisher } from './text/publisher.ts';
import { tokenizer } from './text/tokens.ts';

const SUBJECTS = ['bitcoin', 'market', 'place', 'other'] as const;

type Subject = (typeof SUBJECTS)[number];

const PHRASES = new PhraseTrie<Subject>();
for (const { head, entries } of readList('subjects')) {
  const subject = SUBJECTS.find((one) => one === head[0]);
  if (!subject) throw new Error(`there is no subject ${head}`);
  for (const entry of entries) PHRASES.add(spellingsOfPhrase(entry), subject);
}

const tokenize = tokenizer((word) => PHRASES.knows(word));

function subjectsOf(title: string): ReadonlySet<Subject> {
  const tokens = tokenize(title);
  const found = new Set<Subject>();
  for (let at = 0; at < tokens.length; ) {
    const match = PHRASES.longestAt(tokens, at);
    if (match) found.add(match.entry);
    at = match ? match.to : at + 1;
  }
  return found;
}

/**
 * Returns whether a headline is about Bitcoin or the market as a whole, and not only about another coin. Names of
 * outlets and of the feed do not count: Bitcoin Magazine also covers other topics.
 */
export function isAboutMarket(title: string, { feed }: { feed?: string } = {}): boolean {
  const subjects = subjectsOf(withoutPublisher(title, feed));
  if (subjects.has('bitcoin') || subjects.has('market')) return true;
  return subjects.has('place') && !subjects.has('other');
}
