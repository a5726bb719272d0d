import { dirname, join, relative, sep } from 'node:path';
import type { Plugin } from 'rolldown';
import { replaceAll } from './replace.ts';

const FILE_URL = /new URL\('\.\/([\w-]+)\.ts', import\.meta\.url\)|import\.meta\.url/g;

/** A thread's program as a URL, for a program whose threads cannot read its files. */
const asDataUrl = (file: string): string =>
  `new URL('data:text/javascript;base64,' + process.getBuiltinModule('node:fs').readFileSync(new URL('./${file}', import.meta.url), 'base64'))`;

/**
 * Keeps the URLs of files right in a bundle of `source`, whose files are all in one folder. A
 * `new URL('./thread.ts', import.meta.url)` becomes a separate entry, and any other `import.meta.url` the URL that the
 * file would have without bundling.
 *
 * @param threads if given, gets the files of the programs of threads, which are then no entries: they must be bundled into
 * one file each.
 */
export const fileUrls = (source: string, threads?: Set<string>): Plugin => ({
  name: 'file-urls',
  transform: {
    filter: { id: /\/src\/.*\.ts$/, code: /import\.meta/ },
    handler(code, id) {
      const place = relative(source, id).split(sep).join('/');
      const replaced = replaceAll(code, FILE_URL, (entry) => {
        if (!entry) return `new URL('./${place}', import.meta.url).href`;
        const file = join(dirname(id), `${entry}.ts`);
        if (threads && entry.endsWith('-thread')) {
          threads.add(file);
          return asDataUrl(`${entry}.js`);
        }
        this.emitFile({ type: 'chunk', id: file, fileName: `${entry}.js` });
        return `new URL('./${entry}.js', import.meta.url)`;
      });
      return { code: replaced };
    },
  },
});
