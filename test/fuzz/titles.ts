import type { MadeFeed } from './made-feeds.ts';

/** Numeric references, and names as HTML has them: it has `&rsquo;`, `&AMP;` and `&Eacute;`, but no `&rSquo;`. */
const REFERENCE =
  /&(?:#\d+|#[xX][\da-fA-F]+|amp|AMP|lt|LT|gt|GT|quot|QUOT|[lr][sd]quo|[nm]dash|hellip|euro|[eE]acute);/;

/** What is wrong with the titles that were read of a made feed, against those that it was made of. */
export function wrongTitles({ items, damage }: MadeFeed, read: readonly string[]): string[] {
  const made = new Set(items.map(({ title }) => title));
  if (damage !== 'changed') return read.filter((title) => !made.has(title));
  // Changes may have written a third level, which leaves a reference to an ampersand, or something about markup.
  const isKept = (title: string): boolean => /&(?:amp|#38|#x26);|html|xml/i.test(title);
  return read.filter((title) => !isKept(title) && REFERENCE.test(title));
}
