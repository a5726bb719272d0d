import { fileURLToPath } from 'node:url';
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { VERSION } from '../../domain/version.ts';
import { readStaticFiles, sendFile } from '../caching/static-files.ts';

const INFO = {
  title: 'is-bitcoin-lit',
  version: VERSION,
  description:
    'Is Bitcoin lit? Hourly averages of the Bitcoin price and of news sentiment over the last three hours, and their direction. ' +
    'For learning and entertainment only. Not affiliated with its data sources; no guarantee of accuracy; not financial advice.',
  license: { name: 'MIT', identifier: 'MIT' },
};

/** The page's own files and nothing else; its style is set by script, and its icons are in its style. */
const DOCS_POLICY = {
  'default-src': ["'none'"],
  'script-src': ["'self'"],
  'style-src': ["'self'", "'unsafe-inline'"],
  'img-src': ["'self'", 'data:'],
  'connect-src': ["'self'"],
  'base-uri': ["'none'"],
  'form-action': ["'none'"],
  'frame-ancestors': ["'none'"],
};

/** The OpenAPI document, from the schemas of the routes that are registered after this. */
export async function describeRoutes(app: FastifyInstance): Promise<void> {
  const securitySchemes = { bearer: { type: 'http', scheme: 'bearer' } } as const;
  await app.register(swagger, { openapi: { openapi: '3.1.0', info: INFO, components: { securitySchemes } } });
}

/** `GET /openapi.json`. */
export function documentRoute(app: FastifyInstance): void {
  let document: Buffer | undefined;
  app.get('/openapi.json', { schema: { hide: true } }, async (_request, reply) => {
    document ??= Buffer.from(JSON.stringify(app.swagger()));
    return reply.type('application/json; charset=utf-8').send(document);
  });
}

const PREFIX = '/docs';

/** The plugin's own files, beside its code. */
const FILES = fileURLToPath(new URL('./static/', import.meta.resolve('@fastify/swagger-ui')));

/** They change with a new version of the plugin alone. */
const CACHING = 'public, max-age=3600';

/** Serves the plugin's files from memory. The plugin would open one for each request, and read it for each client anew. */
function fileRoutes(app: FastifyInstance): void {
  for (const [path, file] of readStaticFiles(FILES)) {
    // Documents need the plugin's policy.
    if (path.endsWith('.html')) continue;
    app.get(`${PREFIX}/static${path}`, { schema: { hide: true } }, async (request, reply) =>
      sendFile(file, CACHING, request, reply),
    );
  }
}

/** `GET /docs`: API documentation, where requests can be tried out. */
export async function docsRoutes(app: FastifyInstance): Promise<void> {
  await app.register(swaggerUi, {
    routePrefix: PREFIX,
    staticCSP: DOCS_POLICY,
    // No request leaves for a validator elsewhere.
    uiConfig: { validatorUrl: null },
  });
  fileRoutes(app);
}
