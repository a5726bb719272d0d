import { globSync, readFileSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import { etagOf } from './etag.ts';
import { preferred } from './preference.ts';

/** Best first. */
const ENCODINGS = ['br', 'gzip', 'identity'] as const;
type Encoding = (typeof ENCODINGS)[number];

interface EncodedFile {
  readonly bytes: Buffer;
  readonly etag: string;
}

export interface PageFile {
  readonly type: string;
  readonly encoded: Readonly<Partial<Record<Encoding, EncodedFile>>>;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.webmanifest': 'application/manifest+json',
  '.md': 'text/markdown; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
};

/** What the build put beside a file for each encoding. */
const ENDINGS: Readonly<Record<Encoding, string>> = { br: '.br', gzip: '.gz', identity: '' };

/** All files of the built page by their paths, in memory, each in every encoding that was built; empty where none was. */
export function readPageFiles(folder: string): ReadonlyMap<string, PageFile> {
  const names = globSync('**/*', { cwd: folder }).filter((name) => extname(name) in TYPES);
  return new Map(
    names.map((name) => {
      const encodings = ENCODINGS.flatMap((encoding) => {
        const path = join(folder, `${name}${ENDINGS[encoding]}`);
        if (!statSync(path, { throwIfNoEntry: false })) return [];
        const bytes = readFileSync(path);
        return [[encoding, { bytes, etag: etagOf(bytes) }] as const];
      });
      const path = `/${name.replaceAll('\\', '/')}`;
      return [path, { type: TYPES[extname(name)] ?? '', encoded: Object.fromEntries(encodings) }];
    }),
  );
}

/** The best encoding that there is and that a client wants, by its Accept-Encoding. */
export function chooseEncoding(file: PageFile, accepted: string | undefined): Encoding {
  const offers = ENCODINGS.filter((encoding) => file.encoded[encoding]);
  return preferred(accepted, offers) ?? 'identity';
}
