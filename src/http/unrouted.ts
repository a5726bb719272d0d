import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { PREFLIGHT_HEADERS } from './headers.ts';
import { HttpError } from './problem.ts';

/** The methods that a path takes; `undefined` where there is nothing. */
export type MethodsOf = (path: string) => ReadonlySet<string> | undefined;

/** Notes the methods of all routes that are registered after this. */
export function noteMethods(app: FastifyInstance): MethodsOf {
  const routes = new Map<string, Set<string>>();
  app.addHook('onRoute', ({ url, method }) => {
    const methods = routes.get(url) ?? new Set(['OPTIONS']);
    for (const one of [method].flat()) methods.add(one);
    // A HEAD is there because a GET is, which may have been registered under another spelling.
    if (methods.has('HEAD')) methods.add('GET');
    routes.set(url, methods);
  });
  return (path) => {
    const pattern = [...routes.keys()].find((url) => url.endsWith('/*') && path.startsWith(url.slice(0, -1)));
    return routes.get(path) ?? routes.get(pattern ?? '');
  };
}

/** A request for no host, which Node would refuse too, but without a word. */
export function requireHost({ headers, httpVersion }: IncomingMessage): void {
  if (headers.host !== undefined || httpVersion === '1.0') return;
  throw new HttpError(400, 'bad_request', 'a request has to name its host');
}

/**
 * Answers what no route does: a request for no host, OPTIONS, 405 with the methods that there are,
 * or 404. Before any body is read, so that its type and size do not change the answer.
 */
export function answerUnrouted(app: FastifyInstance, methodsOf: MethodsOf): void {
  function answer(request: FastifyRequest, reply: FastifyReply): void {
    const [path = ''] = request.url.split('?', 1);
    // As the router does; what cannot be decoded never comes here.
    const methods = methodsOf(decodeURIComponent(path));
    // A method that there is comes here from a route that has nothing for this path.
    if (!methods || (methods.has(request.method) && request.method !== 'OPTIONS')) {
      throw new HttpError(404, 'not_found', 'there is nothing at this path; see /docs');
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
  app.addHook('onRequest', async (request, reply) => {
    requireHost(request.raw);
    if (!request.is404) return;
    answer(request, reply);
    return reply;
  });
}
