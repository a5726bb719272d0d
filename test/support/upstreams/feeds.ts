import { hash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThrough, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { TestContext } from 'node:test';
import { createGzip } from 'node:zlib';

export type FeedFormat = 'rss' | 'rdf' | 'atom';

export interface FakeItem {
  /** Plain text; or `xml`, written as it is. */
  readonly title: string | { readonly xml: string };
  /** Epoch milliseconds, written in the feed's format; a string is written unchanged. */
  readonly date?: number | string | undefined;
  /** The time of the last edit, in epoch milliseconds. Atom only. */
  readonly updated?: number;
  /** By default the title. An item whose title changes needs an identifier. */
  readonly id?: string;
  readonly link?: string;
}

const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const titleOf = ({ title }: FakeItem): string => (typeof title === 'string' ? escapeXml(title) : title.xml);

const idOf = (item: FakeItem): string => item.id ?? titleOf(item);

const linkOf = (item: FakeItem): string =>
  item.link ?? `https://news.example/${hash('sha256', idOf(item)).slice(0, 8)}`;

const dateOf = (date: FakeItem['date'], write: (date: Date) => string): string | undefined =>
  typeof date === 'number' ? write(new Date(date)) : date;

const element = (name: string, text: string | undefined): string =>
  text === undefined ? '' : `<${name}>${text}</${name}>`;

const rfc822 = (date: Date): string => date.toUTCString();
const rfc3339 = (date: Date): string => date.toISOString();

const BODY = '<p>A body that is never stored.</p>';

const WRITERS: Readonly<Record<FeedFormat, (items: readonly FakeItem[]) => string>> = {
  rss: (items) =>
    `<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>News</title><link>https://news.example/</link>${items
      .map(
        (item) =>
          `<item>${element('title', titleOf(item))}${element('link', escapeXml(linkOf(item)))}<guid isPermaLink="false">${escapeXml(idOf(item))}</guid>${element('pubDate', dateOf(item.date, rfc822))}<content:encoded><![CDATA[${BODY}]]></content:encoded></item>`,
      )
      .join('\n')}</channel></rss>`,
  rdf: (items) =>
    `<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://news.example/"><title>News</title></channel>${items
      .map(
        (item) =>
          `<item rdf:about="${escapeXml(idOf(item))}">${element('title', titleOf(item))}${element('link', escapeXml(linkOf(item)))}${element('dc:date', dateOf(item.date, rfc3339))}</item>`,
      )
      .join('\n')}</rdf:RDF>`,
  atom: (items) =>
    `<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom"><title>News</title><id>news</id>${items
      .map(
        (item) =>
          `<entry><id>${escapeXml(idOf(item))}</id>${element('title', titleOf(item))}<link rel="alternate" href="${escapeXml(linkOf(item))}"/>${element('published', dateOf(item.date, rfc3339))}${element('updated', dateOf(item.updated ?? item.date, rfc3339))}<content type="html">${escapeXml(BODY)}</content></entry>`,
      )
      .join('\n')}</feed>`,
};

export function writeFeed(format: FeedFormat, items: readonly FakeItem[]): string {
  return WRITERS[format](items);
}

export interface FakeFeed {
  readonly url: string;
  /** The headers of each request, oldest first. */
  readonly requests: readonly IncomingHttpHeaders[];
  /** Replaces the items. A function is called for each request, so that items can follow a clock. */
  show(items: readonly FakeItem[] | (() => readonly FakeItem[])): void;
  /** Responds with this listener from now on; `undefined` restores the feed. */
  answer(listener: RequestListener | undefined): void;
}

/** Starts a news feed on 127.0.0.1. It supports `ETag`, and returns 304 if unchanged. */
export async function startFeed(
  t: TestContext,
  { format = 'rss', items = [] }: { format?: FeedFormat; items?: readonly FakeItem[] } = {},
): Promise<FakeFeed> {
  let currentItems = (): readonly FakeItem[] => items;
  let listenerOverride: RequestListener | undefined;
  const requests: IncomingHttpHeaders[] = [];
  const server = createServer((request, response) => {
    requests.push(request.headers);
    if (listenerOverride) return listenerOverride(request, response);
    const text = writeFeed(format, currentItems());
    const etag = `"${hash('sha256', text).slice(0, 16)}"`;
    const isUnchanged = request.headers['if-none-match'] === etag;
    response.writeHead(isUnchanged ? 304 : 200, { etag, 'content-type': 'application/xml' });
    response.end(isUnchanged ? undefined : text);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/feed`,
    requests,
    show(next) {
      currentItems = typeof next === 'function' ? next : () => next;
    },
    answer(listener) {
      listenerOverride = listener;
    },
  };
}

/** Responds with this body. */
export const feedBody =
  (body: string | Uint8Array, headers: Record<string, string> = {}): RequestListener =>
  (_request, response) =>
    response.writeHead(200, { 'content-type': 'application/rss+xml', ...headers }).end(body);

export const feedStatus =
  (status: number, headers: Record<string, string> = {}): RequestListener =>
  (_request, response) =>
    response.writeHead(status, headers).end('no');

const MIB = 2 ** 20;

/** Sends this many bytes of an endless feed, until the client disconnects. */
const endlessFeed =
  (bytes: number, isCompressed: boolean): RequestListener =>
  (_request, response) => {
    const headers = { 'content-type': 'application/rss+xml' };
    response.writeHead(200, isCompressed ? { ...headers, 'content-encoding': 'gzip' } : headers);
    const part = Buffer.from('<item><title>x</title></item>'.repeat(Math.ceil(MIB / 29)));
    function* parts() {
      yield Buffer.from('<rss version="2.0"><channel>');
      for (let sent = 0; sent < bytes; sent += part.length) yield part;
    }
    // The client is expected to disconnect.
    pipeline(Readable.from(parts()), isCompressed ? createGzip() : new PassThrough(), response).catch(
      () => undefined,
    );
  };

const ITEM =
  '<item><title>Bitcoin rises once more today</title><pubDate>Thu, 01 Jan 2026 12:00:00 GMT</pubDate></item>';
const bomb = Array.from(
  { length: 12 },
  (_, level) => `<!ENTITY e${level + 1} "${`&e${level};`.repeat(10)}">`,
).join('');

/** Faults and attacks of feeds. */
export const FEED_FAULTS: Readonly<Record<string, RequestListener>> = {
  reset: (request) => request.socket.destroy(),
  'a body that breaks off': (request, response) => {
    response.writeHead(200, { 'content-length': '100000' }).write('<rss version="2.0"><channel>');
    setTimeout(() => request.socket.destroy(), 20);
  },
  'a feed cut short': feedBody(`<rss version="2.0"><channel>${ITEM}<item><title>Bitco`),
  HTML: feedBody('<!doctype html><title>Just a moment…</title>', {
    'content-type': 'text/html; charset=utf-8',
  }),
  'HTML that calls itself a feed': feedBody('\n<!-- hello --><HTML><body>Just a moment…</body></HTML>'),
  JSON: feedBody('{"version": "https://jsonfeed.org/version/1.1", "title": "x", "items": []}'),
  nothing: feedBody(''),
  'no feed': feedBody('<?xml version="1.0"?><opml version="2.0"><body/></opml>'),
  '100 MB': endlessFeed(100 * MIB, false),
  'a gzip bomb': endlessFeed(400 * MIB, true),
  'what is no gzip': feedBody('no gzip', { 'content-encoding': 'gzip' }),
  '10^5 items': feedBody(`<rss version="2.0"><channel>${ITEM.repeat(100_000)}</channel></rss>`),
  '70,000 items in 2 MB': feedBody(
    `<rss version="2.0"><channel>${'<item><title>B</title></item>'.repeat(70_000)}</channel></rss>`,
  ),
  'brackets that hold a parser': feedBody(
    `<rss version="2.0"><channel><item><author>${'('.repeat(300_000)}</author></item></channel></rss>`,
  ),
  'no item with a date': feedBody(
    `<rss version="2.0"><channel><item><title>Bitcoin</title></item></channel></rss>`,
  ),
  'a redirect without end': (request, response) =>
    response.writeHead(302, { location: `${request.url}x` }).end(),
  'a redirect to a file': feedStatus(301, { location: 'file:///etc/passwd' }),
  'a redirect to nowhere': feedStatus(307),
  '403': feedStatus(403),
  '500': feedStatus(500),
  '304 that nobody asked for': feedStatus(304),
  silence: () => undefined,
  'a slow trickle': (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/rss+xml' }).write('<rss version="2.0"><channel>');
    const timer = setInterval(() => response.write(' '), 20);
    response.on('close', () => clearInterval(timer));
  },
};

/** Twelve levels of entities, each ten times the one below; a valid item, and one that uses the last entity. */
export const ENTITY_BOMB = feedBody(
  `<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY e0 "boom">${bomb}]><rss version="2.0"><channel>${ITEM}<item><title>&e12;</title></item></channel></rss>`,
);
