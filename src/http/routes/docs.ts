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

/** Only the page's own files. Its scripts set inline styles, and its icons are `data:` URLs. */
const DOCS_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
  "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Builds the OpenAPI document from the schemas of all routes that are registered after this call. */
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

const PLUGIN_FILES = fileURLToPath(new URL('./static/', import.meta.resolve('@fastify/swagger-ui')));

/** The files change only with the version of the plugin. */
const CACHING = 'public, max-age=3600';

/** Serves the plugin's files from memory. The plugin would read them from disk for each request. */
function fileRoutes(app: FastifyInstance): void {
  for (const [path, file] of readStaticFiles(PLUGIN_FILES)) {
    // HTML documents need the plugin's policy.
    if (path.endsWith('.html')) continue;
    app.get(`${PREFIX}/static${path}`, { schema: { hide: true } }, async (request, reply) =>
      sendFile(file, CACHING, request, reply),
    );
  }
}

/** `GET /docs`: a page to read and try the API. */
export async function docsRoutes(app: FastifyInstance): Promise<void> {
  await app.register(swaggerUi, {
    routePrefix: PREFIX,
    staticCSP: DOCS_POLICY,
    // Otherwise the page sends the document to an external validator.
    uiConfig: { validatorUrl: null },
  });
  fileRoutes(app);
}
