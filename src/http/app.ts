import { randomUUID } from 'node:crypto';
import compress from '@fastify/compress';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { SourceName } from '../domain/answer.ts';
import type { Live } from '../service/live.ts';
import type { Observe, ReadCounts } from '../service/observer.ts';
import type { Readiness } from '../service/readiness.ts';
import type { Refresh } from '../service/refresh.ts';
import type { Summaries } from '../service/summary.ts';
import { CORS_HEADERS, commonHeaders } from './headers.ts';
import { refuseExpectation, refuseMalformed } from './malformed.ts';
import { answerUnrouted, noteMethods } from './methods.ts';
import { createPreparer } from './prepared.ts';
import { PROBLEM_TYPE, problemOf } from './problem.ts';
import { answerRoute } from './routes/answer.ts';
import { describeRoutes, docsRoutes } from './routes/docs.ts';
import { healthRoutes } from './routes/health.ts';
import { homeRoute } from './routes/home.ts';
import { liveRoute } from './routes/live.ts';
import { type MetricsPage, metricsRoute } from './routes/metrics.ts';
import { refreshRoute } from './routes/refresh.ts';
import { shedLoad } from './shedding.ts';
import { cutUnread } from './unread.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Its answer goes on after it began. */
    isStream?: true;
  }
}

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
  readonly live: Live;
  readonly maxLiveReaders: number;
  readonly maxLiveReadersPerAddress: number;
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

/** Connections at a time, beside those of the stream's readers. */
const SHORT_CONNECTIONS = 5000;

/** The service's door. Everything that it needs is an argument; it opens nothing. */
export async function createApp(options: AppOptions): Promise<FastifyInstance> {
  const { source, observe } = options;

  function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const { method, url: path } = request;
    const requestId = randomUUID();
    const { body, headers } = problemOf(error, method === 'POST');
    const { status } = body;
    observe({ type: 'request_failed', requestId, error, method, path, status });
    const instance = `urn:uuid:${requestId}`;
    reply.code(status).headers(headers).header('X-Request-Id', requestId).type(PROBLEM_TYPE);
    reply.send(JSON.stringify({ ...body, instance }));
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
    // An id is made for errors alone: one for each answer is a cost that nobody reads.
    genReqId: () => '',
    return503OnClosing: false,
    trustProxy: options.trustProxy ? [...options.trustProxy] : false,
    // Before any route and its hooks: a path that cannot be decoded.
    frameworkErrors(error, request, reply) {
      addCommonHeaders(request, reply);
      sendProblem(error, request, reply);
    },
    clientErrorHandler: refuseMalformed(common),
  });

  app.server.maxConnections = options.maxLiveReaders + SHORT_CONNECTIONS;
  // Those who hold one and ask nothing make room.
  app.server.on('drop', () => app.server.closeIdleConnections());
  const unread = cutUnread(app.server);
  app.addHook('onClose', async () => unread[Symbol.dispose]());
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
  const prepared = createPreparer(source);
  answerRoute(app, { ...options, prepared });
  await app.register(async (others) => {
    answerUnrouted(others, methodsOf);
    others.addHook('onResponse', async ({ routeOptions: { url, config } }, reply) => {
      const { statusCode: status, elapsedTime: duration } = reply;
      // A stream is told of when it begins.
      if (config.isStream && status === 200) return;
      observe({ type: 'responded', route: url ?? 'none', status, duration });
    });
    await others.register(compress, { threshold: 1024, encodings: ['br', 'gzip'] });
    // Who is asked these wants to know most of all when there is too much to do.
    healthRoutes(others, options);
    metricsRoute(others, options);
    await others.register(async (sheddable) => {
      await shedLoad(sheddable, { observe });
      homeRoute(sheddable, options);
      liveRoute(sheddable, { ...options, prepared });
      await refreshRoute(sheddable, {
        refresh: options.refresh,
        token: options.refreshToken,
        rateLimit: options.rateLimit,
      });
      await docsRoutes(sheddable);
    });
  });
  return app;
}
