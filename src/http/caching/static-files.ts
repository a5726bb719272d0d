import { globSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { etagOf, matchesEtag, weak } from './conditional.ts';
import { preferredEncoding } from './content-negotiation.ts';
import type { TaggedBody } from './shared-bodies.ts';

/** Best first. */
const ENCODINGS = ['br', 'identity'] as const;
type Encoding = (typeof ENCODINGS)[number];

export interface StaticFile {
  readonly type: string;
  readonly encoded: Readonly<Partial<Record<Encoding, () => TaggedBody>>>;
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

/** The ending of files that the build has compressed. */
const COMPRESSED = '.br';

/** Makes a body when it is first needed. */
function lazily(create: () => Buffer): () => TaggedBody {
  let body: TaggedBody | undefined;
  return () => {
    if (body) return body;
    const bytes = create();
    body = { bytes, etag: etagOf(bytes) };
    return body;
  };
}

function encodingsOf(path: string): StaticFile['encoded'] {
  const bytes = readFileSync(path);
  const given = lazily(() => bytes);
  if (!path.endsWith(COMPRESSED)) return { identity: given };
  return { br: given, identity: lazily(() => brotliDecompressSync(bytes)) };
}

/** Reads the files of a folder into memory, by path without `.br`. Empty if there is no such folder. */
export function readStaticFiles(folder: string): ReadonlyMap<string, StaticFile> {
  const files = new Map<string, StaticFile>();
  for (const name of globSync('**/*', { cwd: folder })) {
    const path = `/${name.replaceAll('\\', '/')}`.replace(/\.br$/, '');
    const type = TYPES[extname(path)];
    if (type) files.set(path, { type, encoded: encodingsOf(join(folder, name)) });
  }
  return files;
}

/**
 * Sends a file in the best encoding that exists and that the client accepts. `streaming/large-bodies.ts` makes others.
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
  const { bytes, etag } = file();
  reply.headers({
    'Cache-Control': caching,
    // A plain file may still be compressed.
    ETag: encoding === 'identity' ? weak(etag) : etag,
    Vary: 'Accept-Encoding',
  });
  if (matchesEtag(request.headers['if-none-match'], etag)) return reply.code(304).send();
  if (encoding !== 'identity') reply.header('Content-Encoding', encoding);
  return reply.type(type).send(bytes);
}
