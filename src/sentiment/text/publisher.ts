import { readList, wordSet } from '../lexicon/word-lists.ts';

/** How many characters of a title are searched. */
const LIMIT_CHARACTERS = 500;
/** What separates a title from its publisher: a bar, a dash between spaces, or a colon. */
const SEPARATOR = /\s?[|·»]\s?|\s(?:[-–—]|--|::)\s|:\s/g;
/** Most titles have no separator. */
const HAS_SEPARATOR = /[|·»]|:\s|\s(?:[-–—]|::)/;
const BAR = /[|·»]/;
/** The longest name of a programme after a bar. */
const MAX_PROGRAMME_WORDS = 5;
const MAX_NAME_CHARACTERS = 40;
/** “… | Opinion | Bloomberg” has two. */
const MAX_PUBLISHER_PARTS = 2;
const DOMAIN = /^[a-z\d-]{2,30}(?:\.[a-z\d-]{2,20}){1,3}$/i;

/** Names are compared by their letters and digits, without “The”. */
const keyOf = (name: string): string =>
  name
    .toLowerCase()
    .replace(/^the\s/, '')
    .replace(/[^\p{L}\p{N}]/gu, '');

const lists = readList('outlets');
const of = (kind: string) =>
  new Set(lists.filter(({ head }) => head[0] === kind).flatMap(({ entries }) => entries.map(keyOf)));
const OUTLETS = of('outlet');
const SECTIONS = of('section');
const COMMON = of('common');

const GENERIC = wordSet('host-generic');

/** The names under which the titles of a feed may show it, from its name or host. */
function namesOfFeed(feed: string): ReadonlySet<string> {
  const host = feed.split(/[/:]/)[0] ?? '';
  const labels = host.split('.');
  const named = labels.filter((label) => !GENERIC.has(label.toLowerCase()));
  const keys = [
    feed,
    host,
    ...named,
    labels.slice(0, -1).join(''),
    labels.slice(0, -1).toReversed().join(''),
  ];
  return new Set(keys.map(keyOf).filter((key) => key.length > 2));
}

type IsName = (text: string) => boolean;

/** Whether a part is a name, alone or with a section (“CNN Business”), or after a bar with a programme. */
function isPublisher(part: string, separator: string, isName: IsName): boolean {
  if (isName(part)) return true;
  if (separator.startsWith(':')) return false;
  if (DOMAIN.test(part)) return true;
  const words = part.split(/\s+/, MAX_PROGRAMME_WORDS + 1);
  if (words.length > MAX_PROGRAMME_WORDS) return false;
  const isBar = BAR.test(separator);
  for (let count = 1; count < words.length; count += 1) {
    const [first, rest] = [words.slice(0, count).join(' '), words.slice(count)];
    if (isName(first) && rest.every((word) => SECTIONS.has(keyOf(word)))) return true;
    if (isBar && [first, rest.join(' ')].some((name) => isName(name) && !COMMON.has(keyOf(name))))
      return true;
  }
  return false;
}

/**
 * Removes the publisher's name from a title, after a bar, a dash or a colon, or before one.
 *
 * @param feed the name or host of the feed; its own name is removed like those in `outlets.txt`.
 */
export function withoutPublisher(title: string, feed?: string): string {
  if (!HAS_SEPARATOR.test(title)) return title;
  const own = feed === undefined ? undefined : namesOfFeed(feed);
  const isName = (text: string) => {
    if (text.length > MAX_NAME_CHARACTERS) return false;
    const key = keyOf(text);
    return OUTLETS.has(key) || own?.has(key) === true;
  };
  let rest = title.slice(0, LIMIT_CHARACTERS);
  const separators = [...rest.matchAll(SEPARATOR)];
  for (const last of separators.toReversed().slice(0, MAX_PUBLISHER_PARTS)) {
    if (!isPublisher(rest.slice(last.index + last[0].length).trim(), last[0], isName)) break;
    rest = rest.slice(0, last.index);
  }
  const [first] = separators;
  if (first && first.index < rest.length && isName(rest.slice(0, first.index).trim()))
    rest = rest.slice(first.index + first[0].length);
  return rest.trim() === '' ? title : rest;
}
