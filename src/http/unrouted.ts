import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { PREFLIGHT_HEADERS } from './headers.ts';
import { HttpError } from './problem.ts';

/** The methods of a path; `undefined` if no route matches. */
type MethodsOf = (path: string) => ReadonlySet<string> | undefined;

/** Collects the methods of all routes that are registered after this call. */
export function collectMethods(app: FastifyInstance): MethodsOf {
  const routes = new Map<string, Set<string>>();
  app.addHook('onRoute', ({ url, method }) => {
    const methods = routes.get(url) ?? new Set(['OPTIONS']);
    for (const one of [method].flat()) methods.add(one);
    // A HEAD exists because of a GET, which may have been registered under another spelling.
    if (methods.has('HEAD')) methods.add('GET');
    routes.set(url, methods);
  });
  return (path) => {
    const pattern = [...routes.keys()].find((url) => url.endsWith('/*') && path.startsWith(url.slice(0, -1)));
    return routes.get(path) ?? routes.get(pattern ?? '');
  };
}

/** Rejects a request without a host. Node.js would reject it without problem details. */
export function requireHost({ headers, httpVersion }: IncomingMessage): void {
  if (headers.host !== undefined || httpVersion === '1.0') return;
  throw new HttpError(400, 'bad_request', 'the request has no Host header');
}

/**
 * Answers requests that no route handles: OPTIONS, 405 with the allowed methods, or 404. It does so before the body is
 * read, so that the body's type and size do not change the answer.
 */
export function answerUnrouted(app: FastifyInstance, methodsOf: MethodsOf): void {
  function answer(request: FastifyRequest, reply: FastifyReply): void {
    const [path = ''] = request.url.split('?', 1);
    // Paths that cannot be decoded never get here.
    const methods = methodsOf(decodeURIComponent(path));
    // A route of this method calls `callNotFound` for a file that does not exist.
    if (!methods || (methods.has(request.method) && request.method !== 'OPTIONS')) {
      throw new HttpError(404, 'not_found', 'nothing found at this path; see /docs');
    }
    const allow = [...methods].toSorted().join(', ');
    if (request.method !== 'OPTIONS') {
      const message = `this path supports ${allow}`;
      throw new HttpError(405, 'method_not_allowed', message, { headers: { Allow: allow } });
    }
    reply.headers({ Allow: allow, ...(methods.has('GET') && PREFLIGHT_HEADERS) });
    reply.code(204).send();
  }

  app.setNotFoundHandler(answer);
  app.addHook('onRequest', async (request, reply) => {
    requireHost(request.raw);
    if (!request.is404) return;
    answer(request, reply);
    return reply;
  });
}
