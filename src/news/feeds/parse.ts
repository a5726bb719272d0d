import { hash } from 'node:crypto';
import { decodeHTML } from 'entities/decode';
import { type AnyFeed, parseFeed } from 'feedsmith';
import { describeRefusals, type Refusal, readTime } from './dates/item-dates.ts';
import { joinSurrogates, plainTitle, storyOf } from './titles.ts';

/** An entry of a feed that can be a headline: it has a title and a date. Bodies are never read. */
export interface Item {
  /** A digest of what the feed calls it by: the same as long as the feed says that it is the same. */
  readonly id: string;
  /** A digest of its title without case, punctuation and publisher: the same in copies. */
  readonly story: string;
  readonly title: string;
  /** Absent where it is no http(s) address. */
  readonly link?: string;
  /** Epoch milliseconds, as the feed says: it may be in the future. */
  readonly published: number;
}

export interface ParsedFeed {
  readonly items: readonly Item[];
  /** Entries that have no title, or no date that can be read. */
  readonly unusable: number;
  /** What is wrong with most of the dates that cannot be read, with one of them: goes on from "sent". */
  readonly refusedDates?: string;
}

/** What is read of a feed, as it lists them. Feeds show 10 to 100. */
const MOST_ITEMS = 500;
/** Characters. */
const LONGEST_LINK = 2000;
/** Of one CDATA section: bodies get no further than this. Characters. */
const MOST_OF_SECTION = 2000;

const ESCAPES: Readonly<Record<string, string>> = { '<': '&lt;', '>': '&gt;', '&': '&amp;' };

/**
 * Writes CDATA sections as escaped text. In RSS a title in one is HTML, whose entities are then decoded once, as those
 * of a title without one are; in Atom `type` says what it is.
 */
function openSections(text: string, isAtom: boolean): string {
  const special = isAtom ? /[<>&]/g : /[<>]/g;
  return text.replace(/<!\[CDATA\[([\s\S]*?)\]\]>/g, (_, section: string) =>
    section.slice(0, MOST_OF_SECTION).replace(special, (character) => ESCAPES[character] ?? ''),
  );
}

interface Entry {
  readonly id?: string | undefined;
  readonly title?: string | undefined;
  readonly link?: string | undefined;
  /** The first that can be read counts. In this order, since an edit does not move the first. */
  readonly dates: readonly (string | undefined)[];
}

/** Where each format has what is read of it. */
function entriesOf(parsed: AnyFeed): Entry[] {
  switch (parsed.format) {
    case 'rss':
      return (parsed.feed.items ?? []).map(({ guid, title, link, pubDate, dc, atom }) => ({
        id: guid?.value ?? link,
        title,
        link: link ?? (guid?.isPermaLink === false ? undefined : guid?.value),
        dates: [pubDate, ...(dc?.dates ?? []), atom?.published, atom?.updated],
      }));
    case 'rdf':
      return (parsed.feed.items ?? []).map(({ rdf, title, link, dc, dcterms }) => ({
        id: rdf?.about ?? link,
        title,
        link: link ?? rdf?.about,
        dates: [...(dc?.dates ?? []), ...(dcterms?.issued ?? [])],
      }));
    case 'atom':
      return (parsed.feed.entries ?? []).map(({ id, title, links, published, updated }) => {
        const link = links?.find(({ rel }) => rel === undefined || rel === 'alternate')?.href;
        return {
          id: id ?? link,
          title: title?.type?.includes('html') ? decodeHTML(title.value) : title?.value,
          link,
          dates: [published, updated],
        };
      });
    case 'json':
      throw new Error('JSON, not RSS, RDF or Atom');
  }
}

/** A link that goes on from the feed's own path, as `2026/1.html` does. */
const FROM_PATH = /^\s*(?![a-z][a-z\d+.-]*:|[/?#]|\s*$)/i;

/**
 * Links are shown to everybody, and a feed's own path and query may be secrets: a link starts from its host, and one that
 * would need the path, or is the feed itself, is none.
 */
function readLink(link: string | undefined, feed: URL | null): { link?: string } {
  if (link === undefined || FROM_PATH.test(link)) return {};
  const url = URL.parse(link, feed?.origin);
  const isWeb = url?.protocol === 'http:' || url?.protocol === 'https:';
  const isFeed = url?.origin === feed?.origin && url?.pathname === feed?.pathname && url?.pathname !== '/';
  return isWeb && !isFeed && url.href.length <= LONGEST_LINK ? { link: url.href } : {};
}

/** 96 bits: short, of one length, and no two will meet. */
const digest = (text: string): string => hash('sha256', text, 'base64url').slice(0, 16);

function readItem(entry: Entry, published: number, feed: URL | null): Item | undefined {
  const title = plainTitle(entry.title ?? '');
  const story = storyOf(title);
  if (story === '') return undefined;
  return {
    id: digest(entry.id ?? story),
    story: digest(story),
    title,
    ...readLink(entry.link, feed),
    published,
  };
}

/**
 * The items of an RSS 2.0, RDF or Atom document. What this costs is up to who wrote the document (brackets in an
 * author's name take a parser minutes): call it where it can be ended.
 *
 * @param address of the feed, that relative links start from.
 * @throws when the text is no feed, or breaks off.
 */
export function parse(text: string, address: string): ParsedFeed {
  const feed = URL.parse(address);
  const isAtom = /<(?:\w+:)?feed[\s>]/i.test(text.slice(0, 4096));
  const document = openSections(joinSurrogates(text), isAtom);
  const entries = entriesOf(parseFeed(document, { maxItems: MOST_ITEMS }));
  const items: Item[] = [];
  const refusals: Refusal[] = [];
  for (const entry of entries) {
    const time = readTime(entry.dates);
    if (typeof time === 'object') refusals.push(time);
    const item = typeof time === 'number' && readItem(entry, time, feed);
    if (item) items.push(item);
  }
  const refusedDates = describeRefusals(refusals);
  return { items, unusable: entries.length - items.length, ...(refusedDates && { refusedDates }) };
}
