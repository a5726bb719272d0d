import { gzipSync, zstdCompressSync } from 'node:zlib';
import { madeDate } from './made-dates.ts';
import { type Random, randomOf } from './random.ts';

interface MadeItem {
  /** As a reader must see it. */
  readonly title: string;
  readonly date: string;
}

export interface MadeFeed {
  readonly bytes: Uint8Array;
  readonly contentType: string;
  readonly items: readonly MadeItem[];
  /** It was cut or changed after it was written: what is left of its titles and dates is not known. */
  readonly damage: 'none' | 'cut' | 'changed';
}

const WORDS = [
  'Bitcoin',
  'Bitcoin’s',
  'won’t',
  '“soars”',
  'S&P',
  'AT&T',
  '–',
  '—',
  '$90K',
  '< $1M',
  '> €5',
  'Zürich',
  'Café',
  'Ibañez',
  '"win"',
  "isn't",
  'falls…',
  '10%',
  '&',
  '🚀',
  'r/Bitcoin',
] as const;

/** The bytes of windows-1252 that are other characters in Latin-1. */
const WESTERN: Readonly<Record<string, number>> = {
  '€': 0x80,
  '…': 0x85,
  '‘': 0x91,
  '’': 0x92,
  '“': 0x93,
  '”': 0x94,
  '–': 0x96,
  '—': 0x97,
};

const NAMES: Readonly<Record<string, string>> = {
  '&': 'amp',
  '<': 'lt',
  '>': 'gt',
  '"': 'quot',
  '’': 'rsquo',
  '“': 'ldquo',
  '”': 'rdquo',
  '–': 'ndash',
  '—': 'mdash',
  '…': 'hellip',
  '€': 'euro',
  é: 'eacute',
};

const western = (text: string): Buffer =>
  Buffer.from(Array.from(text, (character) => WESTERN[character] ?? character.codePointAt(0) ?? 0));

const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** One character as a reference, in one of the ways there are: an emoji also as its two halves. */
function reference(character: string, random: Random): string {
  const code = character.codePointAt(0) ?? 0;
  const name = NAMES[character];
  const halves = Array.from({ length: character.length }, (_, index) => `&#${character.charCodeAt(index)};`);
  return random.of([
    name ? `&${name};` : `&#${code};`,
    `&#${code};`,
    `&#x${code.toString(16)};`,
    halves.join(''),
  ]);
}

/** A title as HTML: what is special in references, and of the rest some, or all that is beyond ASCII. */
function asHtml(title: string, random: Random, isAscii: boolean): string {
  const rate = random.of([0, 0.5, 1]);
  return Array.from(title, (character) => {
    const isSpecial = '&<>'.includes(character);
    const isBeyond = (character.codePointAt(0) ?? 0) > 126;
    const isWritten =
      isSpecial ||
      (isBeyond && (isAscii || random.chance(rate))) ||
      (character === '"' && random.chance(rate));
    return isWritten ? reference(character, random) : character;
  }).join('');
}

/** The title's element, escaped once or twice, in a section or not. */
function titleElement(title: string, random: Random, isAscii: boolean, isAtom: boolean): string {
  const html = asHtml(title, random, isAscii);
  const section = (text: string): string => `<![CDATA[${text}]]>`;
  if (isAtom)
    return random.of([
      `<title>${html}</title>`,
      `<title type="html">${escapeXml(html)}</title>`,
      `<title type="html">${section(html)}</title>`,
      `<title>${escapeXml(html)}</title>`,
    ]);
  return random.of([
    `<title>${html}</title>`,
    `<title>${escapeXml(html)}</title>`,
    `<title>${section(html)}</title>`,
    `<title>${section(escapeXml(html))}</title>`,
    `<title>\n  ${html}\n</title>`,
  ]);
}

function document(items: readonly MadeItem[], random: Random, declared: string, isAscii: boolean): string {
  const declaration = random.of([
    `<?xml version="1.0" encoding="${declared}"?>`,
    `<?xml version='1.0' encoding='${declared}' ?>\n<!-- a feed -->\n`,
  ]);
  const isAtom = random.chance(0.3);
  const entries = items.map(({ title, date }, index) => {
    const element = titleElement(title, random, isAscii, isAtom);
    const when = escapeXml(date);
    if (isAtom) return `<entry>${element}<id>${index}</id><published>${when}</published></entry>`;
    const dated = random.of([
      `<pubDate>${when}</pubDate>`,
      `<pubDate><![CDATA[${date}]]></pubDate>`,
      `<pubDate>soon</pubDate><dc:date>${when}</dc:date>`,
    ]);
    return `<item>${element}<guid>${index}</guid>${dated}</item>`;
  });
  return isAtom
    ? `${declaration}<feed xmlns="http://www.w3.org/2005/Atom"><title>News</title>${entries.join('\n')}</feed>`
    : `${declaration}<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>News</title>${entries.join('\n')}</channel></rss>`;
}

interface Encoding {
  readonly declared: string;
  readonly charset: string;
  readonly isAscii?: boolean;
  readonly write: (text: string) => Uint8Array;
}

const utf8 = (text: string): Uint8Array => Buffer.from(text);

const ENCODINGS: readonly [Encoding, ...Encoding[]] = [
  { declared: 'UTF-8', charset: '', write: utf8 },
  { declared: 'utf-8', charset: 'utf-8', write: (text) => utf8(`\ufeff${text}`) },
  { declared: 'ISO-8859-1', charset: '', write: utf8 },
  { declared: 'UTF-8', charset: 'ISO-8859-1', write: utf8 },
  { declared: 'UTF-8', charset: '', write: western },
  { declared: 'UTF-8', charset: 'utf-8', write: western },
  { declared: 'windows-1252', charset: '', write: western },
  { declared: 'UTF-16', charset: '', write: (text) => Buffer.from(`\ufeff${text}`, 'utf16le') },
  { declared: 'US-ASCII', charset: '', isAscii: true, write: utf8 },
];

const TYPES = [
  'application/rss+xml',
  'text/xml',
  'application/xml',
  'text/html',
  'text/plain',
  'application/octet-stream',
] as const;

function damaged(bytes: Uint8Array, random: Random): Pick<MadeFeed, 'bytes' | 'damage'> {
  if (random.chance(0.6)) return { bytes, damage: 'none' };
  if (random.chance(0.5)) return { bytes: bytes.subarray(0, random.below(bytes.length)), damage: 'cut' };
  const changed = Uint8Array.from(bytes);
  for (let changes = 1 + random.below(8); changes > 0; changes -= 1) {
    const at = random.below(changed.length);
    if (random.chance(0.3))
      changed.copyWithin(at, random.below(changed.length), random.below(changed.length));
    else changed[at] = random.below(256);
  }
  return { bytes: changed, damage: 'changed' };
}

/** The feed of a number: always the same. */
export function madeFeed(seed: number, index: number): MadeFeed {
  const random = randomOf(Math.imul(seed, 0x9e3779b1) ^ index);
  const encoding = random.of(ENCODINGS);
  const words = encoding.write === western ? WORDS.filter((word) => word !== '🚀') : WORDS;
  const items = Array.from({ length: 1 + random.below(8) }, (_, item) => {
    const title = Array.from({ length: 3 + random.below(6) }, () => words[random.below(words.length)]);
    return { title: `${title.join(' ')} ${item}`, date: madeDate(random) };
  });
  const text = document(items, random, encoding.declared, encoding.isAscii ?? false);
  const { bytes, damage } = damaged(encoding.write(text), random);
  const type = random.of(TYPES);
  return {
    bytes: random.of([bytes, bytes, bytes, bytes, gzipSync(bytes), zstdCompressSync(bytes)]),
    contentType: encoding.charset === '' ? type : `${type}; charset=${encoding.charset}`,
    items,
    damage,
  };
}
