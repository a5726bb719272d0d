import type { FastifyInstance } from 'fastify';
import { SourcesSchema, sourcesAnswer } from '../../domain/sources-answer.ts';
import type { SourcesReport } from '../../domain/sources-report.ts';
import { problems } from '../problem-responses.ts';

export interface SourcesRouteOptions {
  readonly report: (now: number) => Promise<SourcesReport>;
  readonly clock: () => number;
}

/** `GET /sources`: where the numbers come from, and how that goes, whichever process asked last. */
export function sourcesRoute(app: FastifyInstance, { report, clock }: SourcesRouteOptions): void {
  const schema = {
    summary: 'Where the numbers come from, and how that goes',
    operationId: 'sources',
    response: {
      200: {
        description: 'Each place that is asked, and the newest headlines with their scores',
        ...SourcesSchema,
      },
      ...problems({ 503: 'The store fails, which remembers it' }),
    },
  };
  app.get('/sources', { schema }, async (_request, reply) =>
    reply.header('Cache-Control', 'no-store').send(sourcesAnswer(await report(clock()))),
  );
}
