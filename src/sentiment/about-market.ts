import { SUBJECTS } from './lexicon/phrase-lists.ts';
import { PhraseTrie } from './lexicon/phrase-trie.ts';
import { withoutPublisher } from './text/publisher.ts';
import { tokenizer } from './text/tokens.ts';

const PHRASES = new PhraseTrie(SUBJECTS, String);
const tokenize = tokenizer((word) => PHRASES.knows(word));

function subjectsOf(title: string): ReadonlySet<string> {
  const tokens = tokenize(title);
  const found = new Set<string>();
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
