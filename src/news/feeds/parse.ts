import { hash } from 'node:crypto';
import { decodeHTML } from 'entities/decode';
import { type AnyFeed, parseFeed } from 'feedsmith';
import { describeRefusals, type Refusal, readTime } from './dates/item-dates.ts';
import { joinSurrogates, plainTitle, storyOf } from './titles.ts';

/** An entry of a feed with a title and a date. Bodies are never read. */
export interface Item {
  /** A digest of the feed's own id for it. */
  readonly id: string;
  /** A digest of its title without case, punctuation and publisher, which is the same in copies. */
  readonly story: string;
  readonly title: string;
  /** Absent if it is not an http(s) address. */
  readonly link?: string;
  /** Epoch milliseconds. It may be in the future. */
  readonly published: number;
}

export interface ParsedFeed {
  readonly items: readonly Item[];
  /** The number of entries without a title or a readable date. */
  readonly unusable: number;
  /** Describes the unreadable dates, as a continuation of "sent". */
  readonly refusedDates?: string;
}

/** Feeds show 10 to 100. */
const MAX_ITEMS = 500;
const MAX_LINK_CHARACTERS = 2000;
/** Longer CDATA sections, such as bodies, are cut off. */
const MAX_SECTION_CHARACTERS = 2000;

const ESCAPES: Readonly<Record<string, string>> = { '<': '&lt;', '>': '&gt;', '&': '&amp;' };

/**
 * Turns CDATA sections into escaped text. In RSS, a title in one is HTML, whose entities are then decoded once, like those
 * of other titles. In Atom, `type` says what it is.
 */
function openSections(text: string, isAtom: boolean): string {
  const special = isAtom ? /[<>&]/g : /[<>]/g;
  return text.replace(/<!\[CDATA\[([\s\S]*?)\]\]>/g, (_, section: string) =>
    section.slice(0, MAX_SECTION_CHARACTERS).replace(special, (character) => ESCAPES[character] ?? ''),
  );
}

interface Entry {
  readonly id?: string | undefined;
  readonly title?: string | undefined;
  readonly link?: string | undefined;
  /** The first readable date counts. Dates of publication come before those of edits. */
  readonly dates: readonly (string | undefined)[];
}

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

/** A link relative to the feed's own path, such as `2026/1.html`. */
const FROM_PATH = /^\s*(?![a-z][a-z\d+.-]*:|[/?#]|\s*$)/i;

/**
 * Resolves a link against the feed's host. Links are public, while the feed's path and query may be secrets, so a link
 * relative to the path and a link to the feed itself are dropped.
 */
function readLink(link: string | undefined, feed: URL | null): { link?: string } {
  if (link === undefined || FROM_PATH.test(link)) return {};
  const url = URL.parse(link, feed?.origin);
  const isWeb = url?.protocol === 'http:' || url?.protocol === 'https:';
  const isFeed = url?.origin === feed?.origin && url?.pathname === feed?.pathname && url?.pathname !== '/';
  return isWeb && !isFeed && url.href.length <= MAX_LINK_CHARACTERS ? { link: url.href } : {};
}

/** 96 bits, which are short and do not collide by chance. */
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
 * Parses an RSS 2.0, RDF or Atom document. A malicious document takes minutes (brackets in an author's name), so call it
 * only in a thread that can be ended.
 *
 * @param address the feed's URL.
 * @throws if the text is not a feed, or breaks off.
 */
export function parse(text: string, address: string): ParsedFeed {
  const feed = URL.parse(address);
  const isAtom = /<(?:\w+:)?feed[\s>]/i.test(text.slice(0, 4096));
  const document = openSections(joinSurrogates(text), isAtom);
  const entries = entriesOf(parseFeed(document, { maxItems: MAX_ITEMS }));
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
