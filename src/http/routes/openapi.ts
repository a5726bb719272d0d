import fastify, { type FastifyInstance, type RouteOptions } from 'fastify';
import { VERSION } from '../../domain/version.ts';
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

/** `GET /openapi.json`: the OpenAPI document. `GET /docs` of `page.ts` shows it. */
export function documentRoute(app: FastifyInstance, document: () => Promise<Buffer>): void {
  app.get('/openapi.json', hidden, async (_request, reply) =>
    reply.type('application/json; charset=utf-8').send(await document()),
  );
}
