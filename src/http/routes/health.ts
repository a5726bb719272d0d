import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import type { Readiness } from '../../service/readiness.ts';
import { HttpError, problemResponses, RETRY_AFTER, TroublesSchema } from '../problem.ts';

const LiveSchema = Type.Object({ status: Type.Literal('ok') });

export const ReadySchema = Type.Object({
  status: Type.Enum(['ok', 'degraded']),
  troubles: TroublesSchema,
});

/** `GET /health/live` and `GET /health/ready`, for process supervisors and load balancers. */
export function healthRoutes(app: FastifyInstance, { readiness }: { readiness: Readiness }): void {
  const noStore = { 'Cache-Control': 'no-store' };

  const liveSchema = {
    summary: 'The process is running',
    operationId: 'live',
    response: { 200: { description: 'The process is running', ...LiveSchema } },
  };
  app.get('/health/live', { schema: liveSchema }, async (_request, reply) =>
    reply.headers(noStore).send({ status: 'ok' }),
  );

  const readySchema = {
    summary: 'The service has an answer',
    description:
      'Returns 200 while there is an answer, even an old one: if Redis is down, load balancers must not drop all processes.',
    operationId: 'ready',
    response: {
      200: { description: 'There is an answer; `degraded` if something does not work', ...ReadySchema },
      ...problemResponses({ 503: 'There is no answer; `detail` says why' }),
    },
  };
  app.get('/health/ready', { schema: readySchema }, async (_request, reply) => {
    const { hasAnswer, troubles } = await readiness.check();
    if (!hasAnswer) {
      const reasons = troubles.map(({ reason }) => reason).join('; ');
      throw new HttpError(503, 'not_ready', reasons, { headers: { ...RETRY_AFTER, ...noStore }, troubles });
    }
    return reply.headers(noStore).send({ status: troubles.length > 0 ? 'degraded' : 'ok', troubles });
  });
}
