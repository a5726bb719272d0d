import { createServer } from 'node:http';
import compress from '@fastify/compress';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { SourceName } from '../domain/answer.ts';
import type { Histories } from '../service/history.ts';
import type { Live } from '../service/live.ts';
import type { Observe, ReadCounts } from '../service/observer.ts';
import type { Readiness } from '../service/readiness.ts';
import type { Refresh } from '../service/refresh.ts';
import type { SenticryptDays } from '../service/senticrypt-day.ts';
import type { Summaries } from '../service/summary.ts';
import { boundConnections, createPipelineGuard } from './connections.ts';
import { CORS_HEADERS, commonHeaders } from './headers.ts';
import { refuseExpectation, refuseMalformed } from './malformed.ts';
import { answerUnrouted, type MethodsOf, noteMethods } from './methods.ts';
import { createPreparer } from './prepared.ts';
import { identified, PROBLEM_TYPE, problemOf } from './problem.ts';
import { answerRoute } from './routes/answer.ts';
import { describeRoutes, docsRoutes, documentRoute } from './routes/docs.ts';
import { healthRoutes } from './routes/health.ts';
import { historyRoute } from './routes/history.ts';
import { liveRoute } from './routes/live.ts';
import { type MetricsPage, metricsRoute } from './routes/metrics.ts';
import { pageRoutes } from './routes/page.ts';
import { refreshRoute } from './routes/refresh.ts';
import { senticryptDayRoute } from './routes/senticrypt-day.ts';
import { type SourcesRouteOptions, sourcesRoute } from './routes/sources.ts';
import { shedLoad } from './shedding.ts';
import { tellNoLengthOfUnchanged } from './unchanged.ts';
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
  readonly days: SenticryptDays;
  readonly report: SourcesRouteOptions['report'];
  readonly clock: () => number;
  readonly observe: Observe;
  readonly reads: ReadCounts;
  /** Absent where they have a port of their own. */
  readonly metrics: MetricsPage | undefined;
  readonly refreshToken: string | undefined;
  readonly rateLimit: number;
  readonly trustProxy: readonly string[] | undefined;
  readonly maxConnections: number;
  readonly histories: Histories;
  /** Ends what is under way for readers when the service stops. */
  readonly signal: AbortSignal;
  readonly live: Live;
  readonly maxLiveReaders: number;
  readonly maxLiveReadersPerAddress: number;
}

/** Bounds on what a client may take of the server: milliseconds and bytes. */
const LIMITS = {
  /** Until a whole request is there. */
  requestTimeout: 10_000,
  headersTimeout: 5_000,
  keepAliveTimeout: 72_000,
  connectionsCheckingInterval: 1_000,
  maxHeaderSize: 16_384,
  /** Answered in our own way. */
  requireHostHeader: false,
} as const;

/** Of what is short: each open compression of a large file costs megabytes, for as long as its reader takes. */
export const COMPRESSION = { threshold: 1024, encodings: ['br', 'gzip'] as ('br' | 'gzip')[] };

export type FrameOptions = Pick<AppOptions, 'source' | 'observe' | 'trustProxy' | 'maxConnections'>;

/** A server without routes, with the bounds, headers and problems of every answer. */
export function createFrame(options: FrameOptions): { app: FastifyInstance; methodsOf: MethodsOf } {
  const { source, observe } = options;

  function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const { method, url: path } = request;
    const { body, headers } = problemOf(error, method === 'POST');
    const { status } = body;
    const { requestId, text, headers: idHeaders } = identified(body);
    observe({ type: 'request_failed', requestId, error, method, path, status });
    reply.code(status).headers(headers).headers(idHeaders).type(PROBLEM_TYPE).send(text);
  }

  const common = commonHeaders(source);
  let isClosing = false;
  function addCommonHeaders(request: FastifyRequest, reply: FastifyReply): void {
    reply.headers(common);
    if (request.method === 'GET' || request.method === 'HEAD') reply.headers(CORS_HEADERS);
    if (isClosing) reply.header('Connection', 'close');
  }

  const isOneTooMany = createPipelineGuard();
  const app = fastify({
    serverFactory: (handle) =>
      createServer(LIMITS, (request, response) => {
        if (!isOneTooMany(request, response)) handle(request, response);
      }),
    bodyLimit: 16_384,
    logger: false,
    // An id is made for errors alone: one for each answer is a cost that nobody reads.
    genReqId: () => '',
    return503OnClosing: false,
    trustProxy: options.trustProxy ? [...options.trustProxy] : false,
    // Before any route and its hooks: a path that cannot be decoded.
    frameworkErrors(error, request, reply) {
      addCommonHeaders(request, reply);
      sendProblem(error, request, reply);
      observe({ type: 'responded', route: 'none', status: reply.statusCode, duration: reply.elapsedTime });
    },
    clientErrorHandler: refuseMalformed(common, observe),
  });

  boundConnections(app.server, options.maxConnections);
  const unread = cutUnread(app.server);
  app.addHook('onClose', async () => unread[Symbol.dispose]());
  app.server.on('checkExpectation', refuseExpectation(common, observe));
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
  tellNoLengthOfUnchanged(app);
  return { app, methodsOf };
}

/** The service's door. Everything that it needs is an argument; it opens nothing. */
export async function createApp(options: AppOptions): Promise<FastifyInstance> {
  const { source, observe, metrics } = options;
  const { app, methodsOf } = createFrame(options);
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
    // Who is asked these wants to know most of all when there is too much to do.
    healthRoutes(others, options);
    if (metrics)
      await others.register(async (compressed) => {
        await compressed.register(compress, COMPRESSION);
        metricsRoute(compressed, { metrics });
      });
    await others.register(async (sheddable) => {
      shedLoad(sheddable, { observe });
      senticryptDayRoute(sheddable, options);
      historyRoute(sheddable, options);
      liveRoute(sheddable, { ...options, prepared });
      await refreshRoute(sheddable, {
        refresh: options.refresh,
        token: options.refreshToken,
        rateLimit: options.rateLimit,
        clock: options.clock,
      });
      await docsRoutes(sheddable);
      await pageRoutes(sheddable);
      await sheddable.register(async (compressed) => {
        await compressed.register(compress, COMPRESSION);
        sourcesRoute(compressed, options);
        documentRoute(compressed);
      });
    });
  });
  return app;
}
