import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeXml } from '../../../src/news/feeds/charset.ts';

/** Written with one byte a character: what is above U+00FF stands for the bytes of windows-1252. */
const WESTERN: Readonly<Record<string, string>> = {
  '€': '\x80',
  '…': '\x85',
  '‘': '\x91',
  '’': '\x92',
  '“': '\x93',
  '”': '\x94',
  '–': '\x96',
  '—': '\x97',
};
const western = (text: string): Buffer =>
  Buffer.from(
    text.replace(/[€…‘’“”–—]/g, (character) => WESTERN[character] ?? ''),
    'latin1',
  );

const UTF_8 = '<?xml version="1.0" encoding="UTF-8"?>';
const LATIN = '<?xml version="1.0" encoding="ISO-8859-1"?>';

test('windows-1252 that claims to be UTF-8 is read correctly, and the charset saved', () => {
  for (const title of [
    'Bitcoin’s slump deepens',
    '“Bitcoin” – up 5 %…',
    'Zürich: Börse für Bitcoin',
    'Société Générale misses €2bn',
    'Café',
    'Bitcoin — à la baisse',
    'São Paulo’s Bitcoin',
    'Bitcoin Españ',
  ]) {
    for (const [type, declaration] of [
      ['application/rss+xml; charset=utf-8', ''],
      ['application/rss+xml', UTF_8],
      ['', ''],
      ['text/xml; charset=UTF-8', LATIN],
    ] as const) {
      const { text, charset } = decodeXml(western(`${declaration}<title>${title}</title>`), type);
      assert.equal(text, `${declaration}<title>${title}</title>`);
      assert.equal(charset, 'windows-1252');
    }
  }
});

test('if most of it is UTF-8, only the rest is read as windows-1252', () => {
  const good = Buffer.from(`${UTF_8}“Bitcoin” – €5 für 🚀 `);
  const read = (...parts: Buffer[]) => decodeXml(Buffer.concat(parts), '');
  assert.deepEqual(read(good, western('Bitcoin’s')), { text: `${good}Bitcoin’s` });
  assert.deepEqual(read(western('Café '), good), { text: `Café ${good}` });
  assert.deepEqual(read(good, western('€–…')), { text: `${good}€–…` });
  // What was cut off in the middle of a character is one that nobody can read.
  assert.deepEqual(read(good, Buffer.from('ral’').subarray(0, -1)), { text: `${good}ral\ufffd` });
  assert.deepEqual(read(good, Buffer.from('🚀').subarray(0, -1)), { text: `${good}\ufffd` });
  // Overlong, beyond the last character, and a half of a pair: no UTF-8.
  assert.equal(read(good, Buffer.from([0xc0, 0xaf])).text, `${good}À¯`);
  assert.equal(read(good, Buffer.from([0xf4, 0x90, 0x80, 0x80])).text.slice(0, -1), `${good}\ufffd`);
  assert.equal(read(good, Buffer.from([0xed, 0xa0, 0x80])).text, `${good}\ufffd€`);
});

test('the saved charset of a feed is used until a document contradicts it', () => {
  const known = 'windows-1252';
  const read = (bytes: Buffer) => decodeXml(bytes, 'text/xml; charset=utf-8', known);
  // By chance the bytes of ß and “ are a character of UTF-8, and most of these are such.
  const chance = western('Spaß“ Spaß“ Café');
  assert.deepEqual(read(chance), { text: 'Spaß“ Spaß“ Café', charset: known });
  assert.equal(decodeXml(chance, 'text/xml; charset=utf-8').charset, undefined);
  assert.deepEqual(read(Buffer.from('Bitcoin')), { text: 'Bitcoin', charset: known });
  assert.deepEqual(read(Buffer.from('Bitcoin’s')), { text: 'Bitcoin’s' });
});

test('UTF-8 that claims a single-byte encoding is read as UTF-8; other claims are trusted', () => {
  for (const label of ['ISO-8859-1', 'windows-1251', 'koi8-r', 'us-ascii']) {
    const { text } = decodeXml(Buffer.from('“Bitcoin” растёт'), `text/xml; charset=${label}`);
    assert.equal(text, '“Bitcoin” растёт', label);
  }
  const cyrillic = Buffer.from([0xd0, 0xe0, 0xf1, 0xf2, 0xb8, 0xf2]);
  assert.equal(decodeXml(cyrillic, 'text/xml; charset=windows-1251').text, 'Растёт');
  // Two characters of GBK that are UTF-8 by chance.
  const chinese = Buffer.from([0xc1, 0xaa, 0xcd, 0xa8]);
  assert.equal(decodeXml(chinese, 'text/xml; charset=gbk').text, '联通');
});
