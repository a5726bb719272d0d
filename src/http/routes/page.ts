import { fileURLToPath } from 'node:url';
import type { FastifyInstance } from 'fastify';
import { readStaticFiles, type StaticFile, sendFile } from '../caching/static-files.ts';

const FOLDER = fileURLToPath(new URL('../../../web/dist/', import.meta.url));

/** The documents of the page and of the API's documentation, by the paths they are served at. */
const DOCUMENTS: Readonly<Record<string, string>> = {
  '/': '/index.html',
  '/docs': '/docs.html',
  '/docs/': '/docs.html',
};
const ASSETS = '/assets/';

/** Only the page's own files: no inline script, no inline style, no other host. */
const POLICY = [
  "default-src 'none'",
  ...['script', 'style', 'font', 'img', 'connect', 'manifest'].map((kind) => `${kind}-src 'self'`),
  ...['base-uri', 'form-action', 'frame-ancestors'].map((kind) => `${kind} 'none'`),
].join('; ');

const CACHING = {
  /** Validated each time, so that a new build shows at once. */
  document: 'no-cache',
  /** The name changes with the content. */
  asset: 'public, max-age=31536000, immutable',
  other: 'public, max-age=3600',
} as const;

/** For a checkout whose dependencies were installed without scripts. */
const UNBUILT: StaticFile = {
  type: 'text/html; charset=utf-8',
  encoded: {
    identity: () => ({
      etag: '"unbuilt"',
      bytes: Buffer.from(`<!doctype html><html lang="en"><meta charset="utf-8"><title>Is Bitcoin lit?</title>
<p>The page has not been built: run <code>npm ci</code>. You can also get <a href="/is-bitcoin-lit">the answer</a> as JSON,
or the <a href="/openapi.json">description of the API</a>. For learning and entertainment only; not financial advice.</p></html>
`),
    }),
  },
};

/** `GET /` and `GET /docs`: the page, the documentation of the API, and their files, from memory. */
export async function pageRoutes(app: FastifyInstance): Promise<void> {
  const files = readStaticFiles(FOLDER);
  const schema = { hide: true };
  await app.register(async (documents) => {
    // Runs after the hook that adds the strict policy of all responses.
    documents.addHook('onSend', async (_request, reply) => {
      reply.header('Content-Security-Policy', POLICY);
    });
    for (const [path, name] of Object.entries(DOCUMENTS)) {
      const document = files.get(name) ?? UNBUILT;
      documents.get(path, { schema }, async (request, reply) =>
        sendFile(document, CACHING.document, request, reply),
      );
    }
  });

  app.get<{ Params: { '*': string } }>(`${ASSETS}*`, { schema }, async (request, reply) => {
    const file = files.get(`${ASSETS}${request.params['*']}`);
    return file ? sendFile(file, CACHING.asset, request, reply) : reply.callNotFound();
  });
  for (const [path, file] of files) {
    if (path.endsWith('.html') || path.startsWith(ASSETS)) continue;
    app.get(path, { schema }, async (request, reply) => sendFile(file, CACHING.other, request, reply));
  }
}
