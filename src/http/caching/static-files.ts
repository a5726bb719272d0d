import { existsSync, globSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { etagOf, matchesEtag, weak } from './conditional.ts';
import { preferredEncoding } from './content-negotiation.ts';
import type { TaggedBody } from './shared-bodies.ts';

/** Best first. */
const ENCODINGS = ['br', 'gzip', 'identity'] as const;
type Encoding = (typeof ENCODINGS)[number];

export interface StaticFile {
  readonly type: string;
  readonly encoded: Readonly<Partial<Record<Encoding, TaggedBody>>>;
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

/** The endings of the compressed files that the build puts beside a file. */
const ENDINGS: Readonly<Record<Encoding, string>> = { br: '.br', gzip: '.gz', identity: '' };

/** Reads the files of a folder into memory, by path, with their compressed forms. Empty if there is no such folder. */
export function readStaticFiles(
  folder: string,
  patterns: string | readonly string[] = '**/*',
): ReadonlyMap<string, StaticFile> {
  const names = globSync(patterns, { cwd: folder }).filter((name) => extname(name) in TYPES);
  return new Map(
    names.map((name) => {
      const encodings = ENCODINGS.flatMap((encoding) => {
        const path = join(folder, `${name}${ENDINGS[encoding]}`);
        if (!existsSync(path)) return [];
        const bytes = readFileSync(path);
        return [[encoding, { bytes, etag: etagOf(bytes) }] as const];
      });
      const path = `/${name.replaceAll('\\', '/')}`;
      return [path, { type: TYPES[extname(name)] ?? '', encoded: Object.fromEntries(encodings) }];
    }),
  );
}

/**
 * Sends a file in the best encoding that exists and that the client accepts. `streaming/large-bodies.ts` compresses files
 * that have no compressed form.
 *
 * @param caching the value of `Cache-Control`.
 */
export async function sendFile(
  { type, encoded }: StaticFile,
  caching: string,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const built = ENCODINGS.filter((encoding) => encoded[encoding]);
  const encoding = await preferredEncoding(request.headers, built);
  const file = encoded[encoding];
  if (!file) throw new Error(`the static file does not exist as ${encoding}`);
  const { bytes, etag } = file;
  reply.headers({
    'Cache-Control': caching,
    ETag: built.length > 1 ? etag : weak(etag),
    Vary: 'Accept-Encoding',
  });
  if (matchesEtag(request.headers['if-none-match'], etag)) return reply.code(304).send();
  if (encoding !== 'identity') reply.header('Content-Encoding', encoding);
  return reply.type(type).send(bytes);
}
