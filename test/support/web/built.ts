import { globSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('../../../web/dist/', import.meta.url));

/** A file of the built page: two pieces of a large body, and kept compressed. */
export function largeScript(): string {
  const [file] = globSync('assets/chart-*.js.br', { cwd: FOLDER });
  if (!file) throw new Error('the page is not built: npm run build:page');
  return `/${file.replace(/\.br$/, '')}`;
}

/** A short file of it that is kept as it is. */
export const TEXT_FILE = '/licenses.md';
