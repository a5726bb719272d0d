import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { type BodyKind, compressionOf, kindOf } from '../../../src/news/feeds/content-sniffing.ts';
import { writeFeed } from '../../support/upstreams/feeds.ts';

const KINDS: readonly (readonly [BodyKind, string | Uint8Array])[] = [
  ['feed', writeFeed('rss', [])],
  ['feed', writeFeed('rdf', [])],
  ['feed', writeFeed('atom', [])],
  ['feed', '\n\n  <rss version="2.0">'],
  [
    'feed',
    `\ufeff\ufeff<?xml version="1.0"?>\n<?xml-stylesheet href="a>b.xsl"?>\n<!-- <html> -->\n<rss version="2.0">`,
  ],
  ['feed', '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "rss.dtd"><rss>'],
  ['feed', '<!DOCTYPE rss [<!ENTITY nbsp "&#160;">]><rss>'],
  ['feed', '<atom:feed xmlns:atom="http://www.w3.org/2005/Atom">'],
  ['feed', '<RSS>'],
  ['feed', Buffer.from('\ufeff<?xml version="1.0"?><rss version="2.0">', 'utf16le')],
  ['feed', `<!--${' licence'.repeat(800)}--><feed xmlns="http://www.w3.org/2005/Atom">`],
  ['page', '<!doctype html><title>Just a moment…</title>'],
  ['page', '<?xml version="1.0"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN"><html>'],
  ['page', '<!-- hello --><HTML lang="en">'],
  ['page', '<head><title>403</title>'],
  ['page', '<script>location = "/check"</script>'],
  ['page', '<br />\n<b>Warning</b>: Undefined index in /feed.php<?xml version="1.0"?><rss>'],
  ['page', Buffer.from('\ufeff<!doctype html>', 'utf16le')],
  ['json', '{"version": "https://jsonfeed.org/version/1.1"}'],
  ['json', '\n[]'],
  ['nothing', ''],
  ['nothing', ' \n<!-- nothing here -->'],
  ['unknown', 'Access denied'],
  ['unknown', '<?xml version="1.0"?><opml version="2.0">'],
  ['unknown', '<rssfeed>'],
  ['unknown', '%PDF-1.7'],
  ['unknown', `<!--${'x'.repeat(9000)}--><rss>`],
  ['unknown', ' '.repeat(9000)],
];

test('the kind of a body is recognized by its first bytes', () => {
  for (const [kind, body] of KINDS) {
    const bytes = typeof body === 'string' ? Buffer.from(body) : body;
    assert.equal(kindOf(bytes), kind, bytes.subarray(0, 60).toString());
  }
});

test('a compressed body is recognized by its first bytes', () => {
  assert.equal(compressionOf(gzipSync('<rss>')), 'gzip');
  assert.equal(compressionOf(zstdCompressSync('<rss>')), 'zstd');
  for (const text of ['', '<rss>', '\x1f', 'PK']) assert.equal(compressionOf(Buffer.from(text)), undefined);
});
