import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import type { Readiness } from '../../service/readiness.ts';
import { HttpError, RETRY_AFTER, TroublesSchema } from '../problem.ts';
import { problems } from '../problem-responses.ts';

const LiveSchema = Type.Object({ status: Type.Literal('ok') });

const ReadySchema = Type.Object({
  status: Type.Enum(['ok', 'degraded']),
  troubles: TroublesSchema,
});

/** For supervisors and balancers. */
export function healthRoutes(app: FastifyInstance, { readiness }: { readiness: Readiness }): void {
  const noStore = { 'Cache-Control': 'no-store' };

  app.get(
    '/health/live',
    {
      schema: {
        summary: 'The process runs',
        operationId: 'live',
        response: { 200: { description: 'It does', ...LiveSchema } },
      },
    },
    async (_request, reply) => reply.headers(noStore).send({ status: 'ok' }),
  );

  const schema = {
    summary: 'There is an answer to give',
    description:
      'Stays 200 while there is an answer, even an old one: when Redis is away, no process of a fleet is to leave the balancer for it.',
    operationId: 'ready',
    response: {
      200: { description: 'There is an answer; degraded when something does not work', ...ReadySchema },
      ...problems({ 503: 'There is no answer, and why' }),
    },
  };

  app.get('/health/ready', { schema }, async (_request, reply) => {
    const { hasAnswer, troubles } = await readiness.check();
    if (!hasAnswer) {
      const reasons = troubles.map(({ reason }) => reason).join('; ');
      throw new HttpError(503, 'not_ready', reasons, { headers: { ...RETRY_AFTER, ...noStore }, troubles });
    }
    return reply.headers(noStore).send({ status: troubles.length > 0 ? 'degraded' : 'ok', troubles });
  });
}
