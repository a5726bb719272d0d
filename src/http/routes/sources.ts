import type { FastifyInstance } from 'fastify';
import { SourcesSchema, sourcesAnswer } from '../../domain/sources/answer.ts';
import type { SourcesReport } from '../../domain/sources/report.ts';
import { problemResponses } from '../problem.ts';

export interface SourcesRouteOptions {
  readonly report: (now: number) => Promise<SourcesReport>;
  readonly clock: () => number;
}

/** `GET /sources`. */
export function sourcesRoute(app: FastifyInstance, { report, clock }: SourcesRouteOptions): void {
  const schema = {
    summary: 'The state of each exchange and feed, and the newest headlines',
    operationId: 'sources',
    response: {
      200: {
        description: 'The state of each exchange and feed, and the newest headlines with their scores',
        ...SourcesSchema,
      },
      ...problemResponses({ 503: 'The store, which holds the state, fails' }),
    },
  };
  app.get('/sources', { schema }, async (_request, reply) =>
    reply.header('Cache-Control', 'no-store').send(sourcesAnswer(await report(clock()))),
  );
}
