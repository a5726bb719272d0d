import compress from '@fastify/compress';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { SourceName } from '../domain/answer.ts';
import type { Observe, ReadCounts } from '../service/observer.ts';
import type { Readiness } from '../service/readiness.ts';
import type { Refresh } from '../service/refresh.ts';
import type { Summaries } from '../service/summary.ts';
import { CORS_HEADERS, commonHeaders } from './headers.ts';
import { refuseExpectation, refuseMalformed } from './malformed.ts';
import { answerUnrouted, noteMethods } from './methods.ts';
import { HttpError, PROBLEM_TYPE, problemOf } from './problem.ts';
import { answerRoute } from './routes/answer.ts';
import { describeRoutes, docsRoutes } from './routes/docs.ts';
import { healthRoutes } from './routes/health.ts';
import { homeRoute } from './routes/home.ts';
import { type MetricsPage, metricsRoute } from './routes/metrics.ts';
import { refreshRoute } from './routes/refresh.ts';

export interface AppOptions {
  readonly summaries: Summaries;
  readonly refresh: Refresh;
  readonly readiness: Readiness;
  readonly source: SourceName;
  readonly clock: () => number;
  readonly observe: Observe;
  readonly reads: ReadCounts;
  readonly metrics: MetricsPage;
  readonly refreshToken: string | undefined;
  readonly rateLimit: number;
  readonly trustProxy: readonly string[] | undefined;
}

/** Bounds on what a client may take of the server: milliseconds and bytes. */
const LIMITS = {
  /** Until a whole request is there. */
  requestTimeout: 10_000,
  keepAliveTimeout: 72_000,
  bodyLimit: 16_384,
  http: {
    maxHeaderSize: 16_384,
    headersTimeout: 5_000,
    connectionsCheckingInterval: 1_000,
    requireHostHeader: false,
  },
} as const;

/** The service's door. Everything that it needs is an argument; it opens nothing. */
export async function createApp(options: AppOptions): Promise<FastifyInstance> {
  const { source, observe } = options;

  function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const { body, headers } = problemOf(error, request.method === 'POST');
    if (body.status >= 500 && !(error instanceof HttpError)) {
      observe({
        type: 'request_failed',
        error,
        method: request.method,
        path: request.url,
        status: body.status,
      });
    }
    reply.code(body.status).headers(headers).type(PROBLEM_TYPE).send(JSON.stringify(body));
  }

  const common = commonHeaders(source);
  let isClosing = false;
  function addCommonHeaders(request: FastifyRequest, reply: FastifyReply): void {
    reply.headers(common);
    if (request.method === 'GET' || request.method === 'HEAD') reply.headers(CORS_HEADERS);
    if (isClosing) reply.header('Connection', 'close');
  }

  const app = fastify({
    ...LIMITS,
    logger: false,
    return503OnClosing: false,
    trustProxy: options.trustProxy ? [...options.trustProxy] : false,
    // Before any route and its hooks: a path that cannot be decoded.
    frameworkErrors(error, request, reply) {
      addCommonHeaders(request, reply);
      sendProblem(error, request, reply);
    },
    clientErrorHandler: refuseMalformed(common),
  });

  app.server.on('checkExpectation', refuseExpectation(common));
  app.addHook('preClose', async () => {
    isClosing = true;
  });
  app.setErrorHandler(sendProblem);
  app.addHook('onSend', async (request, reply) => addCommonHeaders(request, reply));

  // No body is needed anywhere: one that is empty will do under any name that JSON may have, and text is no JSON.
  const parseJson = app.getDefaultJsonParser('error', 'error');
  app.removeContentTypeParser(['application/json', 'text/plain']);
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body: string, done) =>
    body === '' ? done(null) : parseJson(request, body, done),
  );

  const methodsOf = noteMethods(app);
  await describeRoutes(app);
  // Outside of the others, whose hooks would cost it a twentieth of its speed.
  answerRoute(app, options);
  await app.register(async (others) => {
    answerUnrouted(others, methodsOf);
    others.addHook('onResponse', async (request, reply) => {
      const route = request.routeOptions.url ?? 'none';
      observe({ type: 'responded', route, status: reply.statusCode, duration: reply.elapsedTime });
    });
    await others.register(compress, { threshold: 1024, encodings: ['br', 'gzip'] });
    homeRoute(others, options);
    await refreshRoute(others, {
      refresh: options.refresh,
      token: options.refreshToken,
      rateLimit: options.rateLimit,
    });
    healthRoutes(others, options);
    metricsRoute(others, options);
    await docsRoutes(others);
  });
  return app;
}
