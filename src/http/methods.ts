import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { PREFLIGHT_HEADERS } from './headers.ts';
import { HttpError } from './problem.ts';

/**
 * Answers what no route does: OPTIONS, 405 with the methods that there are, or 404. Before any body
 * is read, so that its type and size do not change the answer. To be called before the routes.
 */
export function answerUnrouted(app: FastifyInstance): void {
  const routes = new Map<string, Set<string>>();

  app.addHook('onRoute', ({ url, method }) => {
    const methods = routes.get(url) ?? new Set(['OPTIONS']);
    for (const one of [method].flat()) methods.add(one);
    routes.set(url, methods);
  });

  function answer(request: FastifyRequest, reply: FastifyReply): void {
    const [path = ''] = request.url.split('?', 1);
    const methods = routes.get(path);
    if (!methods)
      throw new HttpError(404, 'not_found', 'there is nothing at this path; /docs tells what there is');
    const allow = [...methods].toSorted().join(', ');
    if (request.method !== 'OPTIONS') {
      const message = `this path takes ${allow}`;
      throw new HttpError(405, 'method_not_allowed', message, { headers: { Allow: allow } });
    }
    reply.headers({ Allow: allow, ...(methods.has('GET') && PREFLIGHT_HEADERS) });
    reply.code(204).send();
  }

  app.addHook('onRequest', async (request, reply) => {
    if (!request.is404) return;
    answer(request, reply);
    return reply;
  });
}
