import type { FastifyInstance } from 'fastify';

export interface MetricsPage {
  readonly contentType: string;
  text(): Promise<string>;
}

/** `GET /metrics`, in the text format of Prometheus. */
export function metricsRoute(app: FastifyInstance, { metrics }: { metrics: MetricsPage }): void {
  const schema = { hide: true };
  app.get('/metrics', { schema }, async (_request, reply) =>
    reply
      .header('Cache-Control', 'no-store')
      .type(metrics.contentType)
      .send(await metrics.text()),
  );
}
