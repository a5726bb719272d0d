import { fileURLToPath } from 'node:url';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isKnown } from '../etag.ts';
import { chooseEncoding, type PageFile, readPageFiles } from '../page-files.ts';

const FOLDER = fileURLToPath(new URL('../../../web/dist/', import.meta.url));

const DOCUMENT = '/index.html';
const ASSETS = '/assets/';

/** The page's own files and nothing else: no inline script, no inline style, no other host. */
const POLICY = [
  "default-src 'none'",
  ...['script', 'style', 'font', 'img', 'connect', 'manifest'].map((kind) => `${kind}-src 'self'`),
  ...['base-uri', 'form-action', 'frame-ancestors'].map((kind) => `${kind} 'none'`),
].join('; ');

const CACHING = {
  /** Asked for each time, so that a new build is seen at once: what it names is kept. */
  document: 'no-cache',
  /** Its name changes with its content. */
  asset: 'public, max-age=31536000, immutable',
  other: 'public, max-age=3600',
} as const;

/** Where the page was not built, as in a checkout whose dependencies were installed without scripts. */
const UNBUILT: PageFile = {
  type: 'text/html; charset=utf-8',
  encoded: {
    identity: {
      etag: '"unbuilt"',
      bytes: Buffer.from(`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Is Bitcoin lit?</title>
<h1>Is Bitcoin lit?</h1>
<p>The page has not been built: run <code>npm ci</code>. You can also get <a href="/is-bitcoin-lit">the answer</a> as JSON,
or see the <a href="/docs">API documentation</a>.</p>
<p>For learning and entertainment only. Not affiliated with its data sources; no guarantee of accuracy; not financial advice.</p>
</html>
`),
    },
  },
};

function send(file: PageFile, caching: string, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const encoding = chooseEncoding(file, request.headers['accept-encoding']);
  const encoded = file.encoded[encoding];
  if (!encoded) throw new Error(`a file of the page has no bytes as ${encoding}`);
  reply.headers({ 'Cache-Control': caching, ETag: encoded.etag, Vary: 'Accept-Encoding' });
  if (isKnown(request.headers['if-none-match'], encoded.etag)) return reply.code(304).send();
  if (encoding !== 'identity') reply.header('Content-Encoding', encoding);
  return reply.type(file.type).send(encoded.bytes);
}

/** `GET /`: the page, and its files, from memory. */
export async function pageRoutes(app: FastifyInstance): Promise<void> {
  const files = readPageFiles(FOLDER);
  const schema = { hide: true };
  await app.register(async (documents) => {
    // After the headers that all answers have, whose policy lets nothing run.
    documents.addHook('onSend', async (_request, reply) => {
      reply.header('Content-Security-Policy', POLICY);
    });
    const document = files.get(DOCUMENT) ?? UNBUILT;
    documents.get('/', { schema }, async (request, reply) =>
      send(document, CACHING.document, request, reply),
    );
  });

  app.get<{ Params: { '*': string } }>(`${ASSETS}*`, { schema }, async (request, reply) => {
    const file = files.get(`${ASSETS}${request.params['*']}`);
    return file ? send(file, CACHING.asset, request, reply) : reply.callNotFound();
  });
  for (const [path, file] of files) {
    if (path === DOCUMENT || path.startsWith(ASSETS)) continue;
    app.get(path, { schema }, async (request, reply) => send(file, CACHING.other, request, reply));
  }
}
