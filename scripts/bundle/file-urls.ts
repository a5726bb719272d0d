import { dirname, join, relative, sep } from 'node:path';
import type { Plugin } from 'rolldown';

const FILE_URL =
  /import\.meta\.resolve\('([^']+)'\)|new URL\('\.\/([\w-]+)\.ts', import\.meta\.url\)|import\.meta\.url/g;

/**
 * Keeps the URLs of files right in a bundle of `source`, whose files are all in one folder. A
 * `new URL('./thread.ts', import.meta.url)` becomes an entry of its own, `import.meta.resolve('package')` a folder with
 * the package's name, and any other `import.meta.url` the URL that the file would have without bundling.
 */
export const fileUrls = (source: string): Plugin => ({
  name: 'file-urls',
  transform: {
    filter: { id: /\/src\/.*\.ts$/, code: /import\.meta/ },
    handler(code, id) {
      const place = relative(source, id).split(sep).join('/');
      return code.replaceAll(FILE_URL, (_match, packageName?: string, entry?: string) => {
        if (packageName) return `new URL('./${packageName}/package.json', import.meta.url).href`;
        if (!entry) return `new URL('./${place}', import.meta.url).href`;
        this.emitFile({ type: 'chunk', id: join(dirname(id), `${entry}.ts`), fileName: `${entry}.js` });
        return `new URL('./${entry}.js', import.meta.url)`;
      });
    },
  },
});
