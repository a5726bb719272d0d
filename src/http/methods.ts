import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { PREFLIGHT_HEADERS } from './headers.ts';
import { HttpError } from './problem.ts';

/**
 * Answers what no route does: a request for no host, OPTIONS, 405 with the methods that there are, or 404. Before any body
 * is read, so that its type and size do not change the answer. To be called before the routes.
 */
export function answerUnrouted(app: FastifyInstance): void {
  const routes = new Map<string, Set<string>>();

  app.addHook('onRoute', ({ url, method }) => {
    const methods = routes.get(url) ?? new Set(['OPTIONS']);
    for (const one of [method].flat()) methods.add(one);
    // A HEAD is there because a GET is, which may have been registered under another spelling.
    if (methods.has('HEAD')) methods.add('GET');
    routes.set(url, methods);
  });

  function methodsOf(path: string): Set<string> | undefined {
    const pattern = [...routes.keys()].find((url) => url.endsWith('/*') && path.startsWith(url.slice(0, -1)));
    return routes.get(path) ?? routes.get(pattern ?? '');
  }

  function answer(request: FastifyRequest, reply: FastifyReply): void {
    const [path = ''] = request.url.split('?', 1);
    // As the router does; what cannot be decoded never comes here.
    const methods = methodsOf(decodeURIComponent(path));
    // A method that there is comes here from a route that has nothing for this path.
    if (!methods || (methods.has(request.method) && request.method !== 'OPTIONS')) {
      throw new HttpError(404, 'not_found', 'there is nothing at this path; /docs tells what there is');
    }
    const allow = [...methods].toSorted().join(', ');
    if (request.method !== 'OPTIONS') {
      const message = `this path takes ${allow}`;
      throw new HttpError(405, 'method_not_allowed', message, { headers: { Allow: allow } });
    }
    reply.headers({ Allow: allow, ...(methods.has('GET') && PREFLIGHT_HEADERS) });
    reply.code(204).send();
  }

  // What a route gives up: a file that is not there.
  app.setNotFoundHandler(answer);
  // With a callback, not a promise: this is on the way of every request.
  app.addHook('onRequest', (request, reply, done) => {
    if (request.raw.headers.host === undefined && request.raw.httpVersion !== '1.0') {
      throw new HttpError(400, 'bad_request', 'a request has to name its host: RFC 9112, section 3.2');
    }
    if (request.is404) answer(request, reply);
    else done();
  });
}
