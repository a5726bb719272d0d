import type { FastifyInstance } from 'fastify';

/**
 * A 304 to HEAD tells no length: only that of the 200 would be right (RFC 9110, section 8.6), which is not known without
 * making it. The framework's own answers to HEAD say 0.
 */
export function tellNoLengthOfUnchanged(app: FastifyInstance): void {
  app.addHook('onRoute', (route) => {
    if (route.method !== 'HEAD') return;
    route.onSend = [route.onSend ?? []].flat().concat(async (_request, reply) => {
      if (reply.statusCode === 304) reply.removeHeader('content-length');
    });
  });
}
