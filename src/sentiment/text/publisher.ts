import { readList } from '../lexicon/word-lists.ts';

/** What of a title is searched. Characters. */
const MOST_READ = 500;
/** A bar or a dash with spaces around it parts a title from its publisher; a colon follows or leads to a name. */
const SEPARATOR = /\s?[|·»]\s?|\s(?:[-–—]|--|::)\s|:\s/g;
/** What most titles have none of. */
const HAS_SEPARATOR = /[|·»]|:\s|\s(?:[-–—]|::)/;
const BAR = /[|·»]/;
/** Behind a bar a programme's name may be that long. Words. */
const LONGEST_PROGRAMME = 5;
/** No outlet's name is longer. Characters. */
const LONGEST_NAME = 40;
/** Of a publisher's parts: `… | Opinion | Bloomberg` has two. */
const MOST_PARTS = 2;
const DOMAIN = /^[a-z\d-]{2,30}(?:\.[a-z\d-]{2,20}){1,3}$/i;

/** Letters and digits, without “The”: how names are compared. */
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

/** Parts of a host that name nobody. */
const GENERIC = new Set('www com co net org io news feed feeds rss blog app'.split(' '));

/** A feed is known by its name or by its host: under which names its titles may show it. */
function ownKeys(feed: string): ReadonlySet<string> {
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

const KEYS = new Map<string, ReadonlySet<string>>();
/** Feeds are few; what asks for more than that is no feed. */
const MOST_FEEDS = 1000;

function keysOf(feed: string): ReadonlySet<string> {
  const keys = KEYS.get(feed) ?? ownKeys(feed);
  if (KEYS.size < MOST_FEEDS) KEYS.set(feed, keys);
  return keys;
}

type IsName = (text: string) => boolean;

/** A name with the name of a programme or a section: CNN Business; behind a bar any few words. */
function isPublisher(part: string, separator: string, isName: IsName): boolean {
  if (isName(part)) return true;
  if (separator.startsWith(':')) return false;
  if (DOMAIN.test(part)) return true;
  const words = part.split(/\s+/, LONGEST_PROGRAMME + 1);
  if (words.length > LONGEST_PROGRAMME) return false;
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
 * A title without the parts that name its publisher: behind a bar, a dash or a colon, or in front of one.
 *
 * @param feed the name or host of the feed that brought it, whose own name is known besides those of `outlets.txt`.
 */
export function withoutPublisher(title: string, feed?: string): string {
  if (!HAS_SEPARATOR.test(title)) return title;
  const own = feed === undefined ? undefined : keysOf(feed);
  const isName = (text: string) => {
    if (text.length > LONGEST_NAME) return false;
    const key = keyOf(text);
    return OUTLETS.has(key) || own?.has(key) === true;
  };
  let rest = title.slice(0, MOST_READ);
  const separators = [...rest.matchAll(SEPARATOR)];
  for (const last of separators.toReversed().slice(0, MOST_PARTS)) {
    if (!isPublisher(rest.slice(last.index + last[0].length).trim(), last[0], isName)) break;
    rest = rest.slice(0, last.index);
  }
  const [first] = separators;
  if (first && first.index < rest.length && isName(rest.slice(0, first.index).trim()))
    rest = rest.slice(first.index + first[0].length);
  return rest.trim() === '' ? title : rest;
}
