import { fileURLToPath } from 'node:url';
import fastify, { type FastifyInstance, type RouteOptions } from 'fastify';
import { VERSION } from '../../domain/version.ts';
import { readStaticFiles, type StaticFile, sendFile } from '../caching/static-files.ts';
import { SCHEMA_CONTROLLER } from '../schema-compilers.ts';

const INFO = {
  title: 'is-bitcoin-lit',
  version: VERSION,
  description:
    'Is Bitcoin lit? Hourly averages of the Bitcoin price and of news sentiment over the last three hours, and their direction. ' +
    'For learning and entertainment only. Not affiliated with its data sources; no guarantee of accuracy; not financial advice.',
  license: { name: 'MIT', identifier: 'MIT' },
};

const hidden = { schema: { hide: true } } as const;

/**
 * Collects the routes that are registered after this.
 *
 * @returns the OpenAPI document of their schemas, as JSON. It is built when it is first needed, since most processes
 * never send it.
 */
export function describeRoutes(app: FastifyInstance): () => Promise<Buffer> {
  const routes: RouteOptions[] = [];
  app.addHook('onRoute', (route) => {
    if (route.method !== 'HEAD') routes.push(route);
  });
  let document: Promise<Buffer> | undefined;
  return () => {
    document ??= buildDocument(routes).catch((error) => {
      document = undefined;
      throw error;
    });
    return document;
  };
}

/** Registers the routes once more in a server that never listens, where the plugin sees them. */
async function buildDocument(routes: readonly RouteOptions[]): Promise<Buffer> {
  const { default: swagger } = await import('@fastify/swagger');
  const securitySchemes = { bearer: { type: 'http', scheme: 'bearer' } } as const;
  await using app = fastify({ schemaController: SCHEMA_CONTROLLER });
  await app.register(swagger, { openapi: { openapi: '3.1.0', info: INFO, components: { securitySchemes } } });
  for (const { method, url, schema = {} } of routes)
    app.route({ method, url, schema, exposeHeadRoute: false, handler: async () => undefined });
  await app.ready();
  return Buffer.from(JSON.stringify(app.swagger()));
}

/** The files of Swagger UI, beside the code of the package that contains them. */
const FILES = fileURLToPath(new URL('./static/', import.meta.resolve('@fastify/swagger-ui')));
const NAMES = ['swagger-ui-bundle.js', 'swagger-ui.css', 'favicon-32x32.png'];

const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>is-bitcoin-lit API</title>
<link rel="stylesheet" href="/docs/static/swagger-ui.css">
<link rel="icon" href="/docs/static/favicon-32x32.png">
<body>
<div id="swagger-ui"></div>
<script src="/docs/static/swagger-ui-bundle.js"></script>
<script src="/docs/static/start.js"></script>
</body>
</html>
`;

/** Without a validator, because that is on another host. */
const START = `SwaggerUIBundle({ url: '/openapi.json', dom_id: '#swagger-ui', deepLinking: true, validatorUrl: null });
`;

/** Swagger UI sets styles by script, and its icons are in its style sheet. */
const POLICY = [
  "default-src 'none'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  ...['script', 'connect'].map((kind) => `${kind}-src 'self'`),
  ...['base-uri', 'form-action', 'frame-ancestors'].map((kind) => `${kind} 'none'`),
].join('; ');

/** The files change only with a new version of Swagger UI. */
const CACHING = 'public, max-age=3600';

/** `GET /openapi.json`, and `GET /docs`: documentation of the API, where requests can be tried out. */
export async function docsRoutes(app: FastifyInstance, document: () => Promise<Buffer>): Promise<void> {
  app.get('/openapi.json', hidden, async (_request, reply) =>
    reply.type('application/json; charset=utf-8').send(await document()),
  );

  await app.register(async (pages) => {
    // Replaces the policy that all answers have, under which nothing may run.
    pages.addHook('onSend', async (_request, reply) => {
      reply.header('Content-Security-Policy', POLICY);
    });
    for (const path of ['/docs', '/docs/'])
      pages.get(path, hidden, async (_request, reply) => reply.type('text/html; charset=utf-8').send(PAGE));
  });

  let files: ReadonlyMap<string, StaticFile> | undefined;
  for (const name of NAMES)
    app.get(`/docs/static/${name}`, hidden, async (request, reply) => {
      files ??= readStaticFiles(FILES, NAMES);
      const file = files.get(`/${name}`);
      return file ? sendFile(file, CACHING, request, reply) : reply.callNotFound();
    });
  app.get('/docs/static/start.js', hidden, async (_request, reply) =>
    reply.header('Cache-Control', CACHING).type('text/javascript; charset=utf-8').send(START),
  );
}
