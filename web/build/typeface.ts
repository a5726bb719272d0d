import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import subsetFont from 'subset-font';
import type { Plugin } from 'vite';

const FONT = import.meta.resolve('@fontsource-variable/inter/files/inter-latin-wght-normal.woff2');
const LICENSE = import.meta.resolve('@fontsource-variable/inter/LICENSE');
const WORDS = fileURLToPath(new URL('../words/', import.meta.url));
/** Written by the build; `style/typeface.css` and the document's preload refer to it. */
const FILE = fileURLToPath(new URL('../style/inter.woff2', import.meta.url));
/** Name records for copyright, designer and licence, which the licence requires to keep. */
const NAMES = [0, 7, 9, 13, 14];

const between = (first: number, last: number): string =>
  Array.from({ length: last - first + 1 }, (_, index) => String.fromCodePoint(first + index)).join('');

/** Signs of Latin-1 that headlines may use. The others, such as ¼ and ª, take 2 kB. */
const SIGNS = '\u00a0¡¢£¥§©«®°±·»¿';

/** The characters of both languages' texts, and ASCII, signs and the letters of Latin-1 for headlines. */
function shownCharacters(): string {
  const words = readdirSync(WORDS).map((name) => readFileSync(`${WORDS}${name}`, 'utf8'));
  return `${between(0x20, 0x7e)}${SIGNS}${between(0xc0, 0xff)}–—‘’“”…−${[...new Set(words.join(''))].join('')}`;
}

/** Subsets Inter (variable weight) to the characters and weights that the page uses. */
export function typeface(): Plugin {
  return {
    name: 'typeface',
    async buildStart() {
      const options = {
        targetFormat: 'woff2',
        variationAxes: { wght: { min: 400, max: 800 } },
        keepFeatures: ['kern', 'ccmp', 'tnum'],
        noHinting: true,
        preserveNameIds: NAMES,
      } as const;
      writeFileSync(FILE, await subsetFont(readFileSync(new URL(FONT)), shownCharacters(), options));
      this.emitFile({ type: 'asset', fileName: 'inter-license.txt', source: readFileSync(new URL(LICENSE)) });
    },
  };
}
