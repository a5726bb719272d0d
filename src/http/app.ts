import { createServer } from 'node:http';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { SourceName } from '../domain/answer.ts';
import type { Histories } from '../service/history.ts';
import type { Live } from '../service/live-updates.ts';
import type { Observe, ReadCounts } from '../service/observer.ts';
import type { Readiness } from '../service/readiness.ts';
import type { Refresh } from '../service/refresh.ts';
import type { SenticryptDays } from '../service/senticrypt-days.ts';
import type { Summaries } from '../service/summary.ts';
import { omitLengthOfNotModified } from './caching/conditional.ts';
import { createPreparer } from './caching/prepared-answer.ts';
import { createSharedBodies } from './caching/shared-bodies.ts';
import { clientNetwork } from './clients/network.ts';
import { detectUntrustedProxy, proxyCheck } from './clients/proxies.ts';
import { CORS_HEADERS, commonHeaders } from './headers.ts';
import { type ConnectionLimits, limitConnections } from './limits/connections.ts';
import { createFairQueue, type FairQueue } from './limits/fair-queue.ts';
import { shedLoad } from './limits/load-shedding.ts';
import { answerInTurn } from './limits/pipelining.ts';
import { requireReadRate } from './limits/read-rate.ts';
import { refuseExpectation, refuseMalformed } from './malformed.ts';
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
import { sendLargeBodies } from './streaming/large-bodies.ts';
import { answerUnrouted, type MethodsOf, noteMethods } from './unrouted.ts';

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
  /** Of one client: an IPv4 address, or the /64 of an IPv6 one. */
  readonly maxConnectionsPerAddress: number;
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

export type FrameOptions = Pick<
  AppOptions,
  'source' | 'observe' | 'trustProxy' | 'maxConnections' | 'maxConnectionsPerAddress'
>;

interface Frame {
  readonly app: FastifyInstance;
  readonly methodsOf: MethodsOf;
  readonly connections: ConnectionLimits;
  readonly queue: FairQueue;
}

/** A server without routes, with the bounds, headers and problems of every answer. */
export function createFrame(options: FrameOptions): Frame {
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

  const warn = (text: string) => observe({ type: 'warning', text });
  const detectProxy = options.trustProxy ? undefined : detectUntrustedProxy(warn);
  const queue = createFairQueue();
  const app = fastify({
    serverFactory: (handle) =>
      createServer(
        LIMITS,
        answerInTurn((request, response) => {
          detectProxy?.(request);
          handle(request, response);
        }, queue),
      ),
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

  const connections = limitConnections(app.server, {
    most: options.maxConnections,
    mostPerNetwork: options.maxConnectionsPerAddress,
    isProxy: proxyCheck(options.trustProxy),
    warn,
  });
  const readRate = requireReadRate(app.server);
  app.addHook('onClose', async () => readRate[Symbol.dispose]());
  app.server.on('checkExpectation', answerInTurn(refuseExpectation(common, observe), queue));
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
  omitLengthOfNotModified(app);
  return { app, methodsOf, connections, queue };
}

/** The server of the whole service. Everything it needs is an argument; it opens nothing itself. */
export async function createApp(options: AppOptions): Promise<FastifyInstance> {
  const { source, observe, metrics } = options;
  const { app, methodsOf, connections, queue } = createFrame(options);
  const { prepared, closeConnections } = createPreparer(source);
  app.addHook('preClose', async () => closeConnections());
  await describeRoutes(app);
  // Outside of the others, whose hooks would cost it a twentieth of its speed.
  answerRoute(app, { ...options, prepared });
  await app.register(async (others) => {
    const bodies = createSharedBodies();
    sendLargeBodies(others, { bodies, connections, queue });
    answerUnrouted(others, methodsOf);
    others.addHook('onResponse', async ({ routeOptions: { url, config } }, reply) => {
      const { statusCode: status, elapsedTime: duration } = reply;
      // A stream is counted when it begins.
      if (config.isStream && status === 200) return;
      observe({ type: 'responded', route: url ?? 'none', status, duration });
    });
    // Never refused, and handled at once: health checks and metrics matter most when the service is overloaded.
    healthRoutes(others, options);
    if (metrics) metricsRoute(others, { metrics });
    await others.register(async (sheddable) => {
      shedLoad(sheddable, { observe });
      // For handlers that take more than some microseconds, which is most of this scope.
      sheddable.addHook('onRequest', (request) => queue.admit(clientNetwork(request)));
      senticryptDayRoute(sheddable, options);
      historyRoute(sheddable, { ...options, bodies });
      liveRoute(sheddable, { ...options, prepared, connections });
      await refreshRoute(sheddable, { ...options, token: options.refreshToken });
      await docsRoutes(sheddable);
      await pageRoutes(sheddable);
      sourcesRoute(sheddable, options);
      documentRoute(sheddable);
    });
  });
  return app;
}
