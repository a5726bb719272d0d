import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { freePort } from '../../../scripts/redis/start.ts';
import type { FeedAnswer } from '../../../src/news/feeds/fetch.ts';
import { readRetryAfter } from '../../../src/outbound/retry-after.ts';
import { USER_AGENT } from '../../../src/outbound/user-agent.ts';
import { longestLoopBlockMs } from '../../support/processes/event-loop-block.ts';
import { createFeedReader } from '../../support/upstreams/feed-reader.ts';
import {
  ENTITY_BOMB,
  FEED_FAULTS,
  feedBody,
  feedStatus,
  startFeed,
  writeFeed,
} from '../../support/upstreams/feeds.ts';

const NOON = Date.UTC(2026, 0, 1, 12);

function itemsOf(answer: FeedAnswer) {
  assert.equal(answer.kind, 'items', JSON.stringify(answer));
  return answer.kind === 'items' ? answer.items : [];
}

const titlesOf = (answer: FeedAnswer): string[] => itemsOf(answer).map(({ title }) => title);

for (const format of ['rss', 'rdf', 'atom'] as const) {
  test(`${format}: title, link and date of each item are read, and bodies are not`, async (t) => {
    const ask = createFeedReader();
    const feed = await startFeed(t, {
      format,
      items: [
        { title: 'Bitcoin & friends <rise> "again"', date: NOON, link: 'https://news.example/a?b=1&c=2' },
        { title: 'Bitcoin rests', date: NOON - 60_000, link: 'javascript:alert(1)' },
        { title: 'Undated', date: undefined },
      ],
    });
    const answer = await ask(feed.url);
    const [first, second, ...rest] = itemsOf(answer);
    assert.deepEqual(
      [first?.title, first?.link, first?.published],
      ['Bitcoin & friends "again"', 'https://news.example/a?b=1&c=2', NOON],
    );
    assert.deepEqual(
      [second?.title, second?.link, second?.published],
      ['Bitcoin rests', undefined, NOON - 60_000],
    );
    assert.deepEqual(rest, []);
    assert.equal(answer.kind === 'items' && answer.unusable, 1);
    assert.doesNotMatch(JSON.stringify(answer), /body/i);
    assert.equal(feed.requests[0]?.['user-agent'], USER_AGENT);
  });
}

test('an unreadable or missing date falls back to the item’s next one', async (t) => {
  const ask = createFeedReader();
  const feed = await startFeed(t);
  const [wrong, minutes] = [
    '01/02/2026 10:00',
    (count: number) => new Date(NOON + count * 60_000).toISOString(),
  ];
  const item = (index: number, dates: string) => `<item><title>Bitcoin ${index}</title>${dates}</item>`;
  const all = [
    `<pubDate>${wrong}</pubDate><dc:date>${minutes(0)}</dc:date>`,
    `<pubDate/><dc:date>${minutes(1)}</dc:date><atom:updated>${minutes(9)}</atom:updated>`,
    `<pubDate>soon</pubDate><dc:date>${wrong}</dc:date><atom:published>${minutes(2)}</atom:published><atom:updated>${minutes(9)}</atom:updated>`,
    `<pubDate>${wrong}</pubDate><atom:updated>${minutes(3)}</atom:updated>`,
    `<atom:updated>${minutes(4)}</atom:updated>`,
    `<pubDate>${new Date(NOON + 300_000).toUTCString()}</pubDate><dc:date>${minutes(9)}</dc:date>`,
    `<pubDate>${wrong}</pubDate>`,
  ].map((dates, index) => item(index, dates));
  feed.answer(
    feedBody(
      `<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom"><channel>${all.join('')}</channel></rss>`,
    ),
  );
  const answer = await ask(feed.url);
  assert.deepEqual(
    itemsOf(answer).map(({ published }) => (published - NOON) / 60_000),
    [0, 1, 2, 3, 4, 5],
  );
  assert.equal(
    answer.kind === 'items' && answer.refusedDates,
    '1 date with day and month in doubt, such as "01/02/2026 10:00"',
  );
  feed.answer(
    feedBody(
      `<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>Bitcoin</title><published>yesterday</published><updated>${minutes(7)}</updated></entry></feed>`,
    ),
  );
  assert.equal(itemsOf(await ask(feed.url))[0]?.published, NOON + 420_000);
});

test('no link contains a secret of the feed’s URL', async (t) => {
  const ask = createFeedReader();
  const items = ['#top', '?p=1', '/2', ''].map((link, index) => ({
    title: `Bitcoin ${index}`,
    date: NOON,
    link,
  }));
  const feed = await startFeed(t, { format: 'atom', items });
  const address = new URL(feed.url);
  address.search = '?token=secret';
  const links = itemsOf(await ask(address.href)).map(({ link }) => link && URL.parse(link)?.search);
  assert.deepEqual(links.slice(0, 3), ['', '?p=1', '']);
  assert.doesNotMatch(JSON.stringify(links), /secret/);

  // In the path, as some services have it: a link that would need it is none.
  const shown = ['1.html', '../2.html', '../', '/feed', '/3', 'https://news.example/4', '//news.example/5'];
  feed.show(shown.map((link, index) => ({ title: `Bitcoin ${index}`, date: NOON, link })));
  const { origin } = new URL(feed.url);
  assert.deepEqual(
    itemsOf(await ask(feed.url)).map(({ link }) => link),
    [
      undefined,
      undefined,
      undefined,
      undefined,
      `${origin}/3`,
      'https://news.example/4',
      'http://news.example/5',
    ],
  );
});

test('invalid validators are not sent', async (t) => {
  const ask = createFeedReader();
  const feed = await startFeed(t, { items: [{ title: 'Bitcoin', date: NOON }] });
  const validators = { etag: 'a\r\nx-more: 1', lastModified: '\u2028' };
  assert.deepEqual(titlesOf(await ask(feed.url, { validators })), ['Bitcoin']);
  assert.equal(feed.requests[0]?.['x-more'], undefined);
});

test('entities are decoded in text, in CDATA and in Atom’s HTML', async (t) => {
  const ask = createFeedReader();
  const titles = [
    ['Bitcoin &amp; gold &#8217;s &rsquo; end', 'Bitcoin & gold ’s ’ end'],
    ['<![CDATA[Bitcoin &#8217;<b>s</b> end & AT&T]]>', 'Bitcoin ’s end & AT&T'],
    ['A &amp;amp; B', 'A & B'],
    ['Bitcoin <b>up</b> &lt;i&gt;now&lt;/i&gt;', 'Bitcoin up now'],
    ['AT&T rises', 'AT&T rises'],
  ] as const;
  const items = titles.map(([xml]) => ({ title: { xml }, date: NOON }));
  const rss = await startFeed(t, { items });
  assert.deepEqual(
    titlesOf(await ask(rss.url)),
    titles.map(([, read]) => read),
  );
  const atom = await startFeed(t);
  atom.answer(
    feedBody(
      writeFeed('atom', [
        { title: 'T1', date: NOON },
        { title: 'T2', date: NOON },
        { title: 'T3', date: NOON },
      ])
        .replace('<title>T1', '<title type="html">A &amp;amp; &lt;b>B&lt;/b>')
        .replace('<title>T2', '<title type="html"><![CDATA[A &amp; <b>B</b>]]>')
        .replace(
          '<title>T3',
          '<title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">A &amp; <b>B</b></div>',
        ),
    ),
  );
  assert.deepEqual(titlesOf(await ask(atom.url)), ['A & B', 'A & B', 'A & B']);
});

test('Latin-1 by header, by declaration, under an unknown name, and other encodings', async (t) => {
  const ask = createFeedReader();
  const feed = await startFeed(t);
  const text = writeFeed('rss', [{ title: 'Zürich “Börse” — 5 €', date: NOON }]);
  const encoded = (declared: string) =>
    Buffer.from(
      text
        .replace('encoding="UTF-8"', declared)
        .replaceAll('“', '\x93')
        .replaceAll('”', '\x94')
        .replace('—', '\x97')
        .replace('€', '\x80'),
      'latin1',
    );
  const cases = [
    ['header', encoded(''), 'application/rss+xml; charset=ISO-8859-1'],
    ['header before declaration', encoded('encoding="UTF-8"'), 'text/xml;charset="latin1"'],
    ['declaration', encoded("encoding='iso-8859-1'"), 'application/xml'],
    [
      'unknown header, declaration',
      encoded('encoding="windows-1252"'),
      'application/xml; charset=x-unheard-of',
    ],
    ['unknown both', encoded('encoding="x-unheard-of"'), 'application/xml; charset=nonsense'],
    ['none', encoded(''), 'application/xml'],
    ['UTF-8 declared as UTF-16', Buffer.from(text.replace('UTF-8', 'utf-16')), 'application/xml'],
    ['UTF-8 with a mark, header wrong', Buffer.from(`\ufeff${text}`), 'application/xml; charset=iso-8859-1'],
    [
      'UTF-16 with a mark',
      Buffer.from(`\ufeff${text.replace('UTF-8', 'utf-16')}`, 'utf16le'),
      'application/xml',
    ],
    ['UTF-16 without', Buffer.from(text.replace('UTF-8', 'utf-16'), 'utf16le'), 'application/xml'],
  ] as const;
  for (const [what, bytes, type] of cases) {
    feed.answer(feedBody(bytes, { 'content-type': type }));
    assert.deepEqual(titlesOf(await ask(feed.url)), ['Zürich “Börse” — 5 €'], what);
  }
});

test('a feed is recognized by its first bytes, whatever its type', async (t) => {
  const ask = createFeedReader();
  const feed = await startFeed(t);
  const items = [{ title: 'Bitcoin', date: NOON }];
  const types = [
    'text/html',
    'text/html; charset=utf-8',
    'text/plain',
    'application/xhtml+xml',
    'application/json',
    'application/octet-stream',
    'application/gzip',
    'image/png',
    '',
    'nonsense',
  ];
  for (const format of ['rss', 'rdf', 'atom'] as const) {
    for (const type of types) {
      feed.answer(feedBody(writeFeed(format, items), { 'content-type': type }));
      assert.deepEqual(titlesOf(await ask(feed.url)), ['Bitcoin'], type);
    }
  }
  feed.answer((_request, response) => {
    response.sendDate = false;
    response.end(writeFeed('rss', items));
  });
  assert.deepEqual(titlesOf(await ask(feed.url)), ['Bitcoin'], 'without a type');
});

test('the reason why a body is not a feed depends on its content, not its type', async (t) => {
  const ask = createFeedReader();
  const feed = await startFeed(t);
  for (const type of [
    'application/xml',
    'text/xml',
    'text/html',
    'application/rss+xml',
    'application/json',
  ]) {
    for (const [body, reason] of [
      ['<!doctype html><title>Just a moment…</title>', 'sent a web page instead of a feed'],
      [
        '<?xml version="1.0"?>\n<html xmlns="http://www.w3.org/1999/xhtml"/>',
        'sent a web page instead of a feed',
      ],
      ['{"version": "https://jsonfeed.org/version/1.1", "items": []}', 'sent JSON instead of a feed'],
      ['', 'sent nothing'],
      ['Access denied', 'sent something that is not a feed'],
      ['<?xml version="1.0"?><sitemapindex/>', 'sent something that is not a feed'],
      ['<rss version="2.0"><channel><item><title>Bitco', 'sent a feed that is truncated or not well formed'],
      ['<rss version="2.0"></rss>', 'sent an empty feed'],
    ] as const) {
      feed.answer(feedBody(body, { 'content-type': type }));
      assert.deepEqual(await ask(feed.url), { kind: 'fault', reason }, `${type}: ${body}`);
    }
  }
});

test('a compressed body without Content-Encoding is decompressed, within the same limits', async (t) => {
  const ask = createFeedReader();
  const feed = await startFeed(t);
  const text = writeFeed('rss', [{ title: 'Bitcoin’s rise', date: NOON }]);
  // 64 MiB of blanks in a feed: some 64 kB, which stay what they are.
  const bomb = Buffer.concat([Buffer.from('<rss version="2.0"><channel>'), Buffer.alloc(2 ** 26, ' ')]);
  for (const [what, compress] of [
    ['gzip', gzipSync],
    ['zstd', zstdCompressSync],
  ] as const) {
    const answer = async (body: Uint8Array, headers = {}) => {
      feed.answer(feedBody(body, { 'content-type': 'application/gzip', ...headers }));
      return await ask(feed.url);
    };
    assert.deepEqual(titlesOf(await answer(compress(text))), ['Bitcoin’s rise'], what);
    const twice = gzipSync(compress(text));
    assert.deepEqual(titlesOf(await answer(twice, { 'content-encoding': 'gzip' })), ['Bitcoin’s rise'], what);
    const reasonOf = async (body: Uint8Array) => {
      const { kind, ...rest } = await answer(body);
      return kind === 'fault' && 'reason' in rest && rest.reason;
    };
    const memory = process.memoryUsage().rss;
    assert.equal(await reasonOf(compress(bomb)), 'sent more than 2 MiB', what);
    assert.ok(process.memoryUsage().rss - memory < 100 * 2 ** 20);
    assert.equal(await reasonOf(compress('<!doctype html>')), 'sent a web page instead of a feed', what);
    assert.match(String(await reasonOf(compress(compress(text)))), /not a feed/, 'not twice');
    const broken = compress(text);
    broken.fill(0xff, 12);
    assert.equal(await reasonOf(broken), 'sent a body that cannot be decompressed', what);
    assert.match(
      String(await reasonOf(compress(text).subarray(0, 200))),
      /cannot be decompressed|truncated/,
      what,
    );
  }
});

test('an unmodified feed is not sent again', async (t) => {
  const ask = createFeedReader();
  const feed = await startFeed(t, { items: [{ title: 'Bitcoin', date: NOON }] });
  const first = await ask(feed.url);
  assert.ok(first.kind === 'items' && first.validators.etag);
  const validators = { ...first.validators, lastModified: 'Thu, 01 Jan 2026 12:00:00 GMT' };
  assert.deepEqual(await ask(feed.url, { validators }), { kind: 'not_modified' });
  assert.equal(feed.requests[1]?.['if-modified-since'], validators.lastModified);
  feed.show([{ title: 'Ether', date: NOON }]);
  assert.deepEqual(titlesOf(await ask(feed.url, { validators })), ['Ether']);
});

test('Retry-After is read: 0, seconds, a date, at most an hour; nonsense is ignored', async (t) => {
  const ask = createFeedReader();
  const feed = await startFeed(t);
  feed.answer(feedStatus(429, { 'retry-after': '0' }));
  assert.deepEqual(await ask(feed.url), { kind: 'fault', reason: 'answered 429', retryAfterMs: 0 });
  assert.deepEqual(
    [
      '120',
      'Thu, 01 Jan 2026 12:05:00 GMT',
      'Thu, 01 Jan 2026 11:00:00 GMT',
      '999999',
      '-1',
      'soon',
      null,
    ].map((header) => readRetryAfter(header, NOON)),
    [120_000, 300_000, 0, 3_600_000, undefined, undefined, undefined],
  );
});

test('up to three redirects are followed', async (t) => {
  const ask = createFeedReader();
  const [feed, other] = [
    await startFeed(t),
    await startFeed(t, { items: [{ title: 'Bitcoin', date: NOON }] }),
  ];
  let hops = 0;
  feed.answer((request, response) => {
    hops += 1;
    response.writeHead(302, { location: hops < 3 ? `${request.url}/${hops}` : other.url }).end();
  });
  assert.deepEqual(titlesOf(await ask(feed.url)), ['Bitcoin']);
  assert.equal(hops, 3);
});

test('a closed port is a fault', async () => {
  const ask = createFeedReader();
  const answer = await ask(`http://127.0.0.1:${await freePort()}/feed`);
  assert.deepEqual(answer, { kind: 'fault', reason: 'cannot be reached: connection refused' });
});

test('a request ends at once with the signal’s reason', async (t) => {
  const ask = createFeedReader();
  const feed = await startFeed(t);
  feed.answer(() => undefined);
  const end = new AbortController();
  const reason = new Error('enough');
  setTimeout(() => end.abort(reason), 50);
  await assert.rejects(ask(feed.url, { signal: end.signal }), reason);
});

test('whatever a feed sends, the result is one line, in bounded time and memory, without blocking', async (t) => {
  const ask = createFeedReader();
  const feed = await startFeed(t, { items: [{ title: 'Bitcoin', date: NOON }] });
  await ask(feed.url);
  const memory = process.memoryUsage().rss;
  for (const [what, listener] of Object.entries(FEED_FAULTS)) {
    await t.test(what, async () => {
      feed.answer(listener);
      const isEndless = what === 'silence' || what === 'a slow trickle';
      const began = performance.now();
      const answer = await ask(feed.url, isEndless ? { deadlineMs: 500 } : {});
      assert.equal(answer.kind, 'fault', JSON.stringify(answer).slice(0, 200));
      assert.ok(answer.kind === 'fault' && /^[ -~]{5,80}$/.test(answer.reason));
      if (isEndless) assert.ok(answer.kind === 'fault' && answer.reason === 'took more than 0.5 s');
      assert.ok(performance.now() - began < 15_000);
    });
  }
  assert.ok(process.memoryUsage().rss - memory < 400 * 2 ** 20);
  feed.answer(undefined);
  assert.deepEqual(titlesOf(await ask(feed.url)), ['Bitcoin'], 'and the next one is read as ever');
});

test('an entity bomb costs nothing, and the rest of the feed is read', async (t) => {
  const ask = createFeedReader();
  const feed = await startFeed(t);
  feed.answer(ENTITY_BOMB);
  const [title] = titlesOf(await ask(feed.url));
  assert.equal(title, 'Bitcoin rises once more today');
});

const largest = writeFeed(
  'rss',
  Array.from({ length: 8000 }, (_, index) => ({ title: `Bitcoin ${index}`, date: NOON, id: String(index) })),
);

for (const [what, listener] of [
  ['the largest feed that is let in', feedBody(largest)],
  ['70,000 items', FEED_FAULTS['70,000 items in 2 MB']],
  ['what takes a parser minutes', FEED_FAULTS['brackets that hold a parser']],
  // Each one more would double the time of a search that tries all ways to read them; a feed has room for 146.
  ['many comments in front', feedBody(`${'<!---->'.repeat(28)}<rss/>`)],
  ['many byte order marks in front', feedBody(`${'\ufeff'.repeat(28)}<rss/>`)],
] as const) {
  test(`the event loop is not blocked by ${what}`, async (t) => {
    assert.ok(largest.length > 1_900_000 && largest.length < 2 * 2 ** 20, String(largest.length));
    const ask = createFeedReader();
    const feed = await startFeed(t);
    feed.answer(listener);
    // A collection of garbage may fall into one look; what each of three sees is our doing.
    const worst: number[] = [];
    for (let look = 0; look < 3; look += 1) {
      worst.push(
        await longestLoopBlockMs(async () => {
          await ask(feed.url);
        }),
      );
    }
    t.diagnostic(`at most ${worst.map((one) => one.toFixed(1)).join(', ')} ms`);
    assert.ok(Math.min(...worst) < 50, `${worst} ms`);
  });
}
