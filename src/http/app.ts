import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { SourceName } from '../domain/answer.ts';
import type { Observe } from '../service/observer.ts';
import type { ReadSenticryptDay } from '../service/senticrypt-day.ts';
import { omitLengthOfNotModified } from './caching/conditional.ts';
import type { TaggedParts } from './caching/parted-body.ts';
import { createPreparer } from './caching/prepared-answer.ts';
import { createSharedBodies, type SharedBodies, type TaggedBody } from './caching/shared-bodies.ts';
import { clientNetwork } from './clients/network.ts';
import { detectUntrustedProxy, networkCheck } from './clients/proxies.ts';
import { CORS_HEADERS, commonHeaders } from './headers.ts';
import { type ConnectionLimits, type CountLongResponse, limitConnections } from './limits/connections.ts';
import { createFairQueue, type FairQueue } from './limits/fair-queue.ts';
import { shedLoad } from './limits/load-shedding.ts';
import { answerInTurn } from './limits/pipelining.ts';
import { requireReadRate } from './limits/read-rate.ts';
import { createSharedWork, LIMITS } from './limits/shared-work.ts';
import { rejectExpectation, rejectMalformed } from './malformed.ts';
import { createServer } from './node-http.ts';
import { PROBLEM_TYPE, problemOf, withRequestId } from './problem.ts';
import { type AnswerAtOnce, type AnswerRouteOptions, answerRoute } from './routes/answer.ts';
import { healthRoutes } from './routes/health.ts';
import { type HistoryRouteOptions, historyRoute } from './routes/history.ts';
import { type LiveRouteOptions, liveRoute } from './routes/live.ts';
import { type MetricsPage, metricsRoute } from './routes/metrics.ts';
import { describeRoutes, documentRoute } from './routes/openapi.ts';
import { pageRoutes } from './routes/page.ts';
import { type RefreshRouteOptions, refreshRoute } from './routes/refresh.ts';
import { senticryptDayRoute } from './routes/senticrypt-day.ts';
import { type SourcesRouteOptions, sourcesRoute } from './routes/sources.ts';
import { type TrackRecordRouteOptions, trackRecordRoute } from './routes/track-record.ts';
import { type VerdictsRouteOptions, verdictsRoute } from './routes/verdicts.ts';
import { SCHEMA_CONTROLLER } from './schema-compilers.ts';
import { sendLargeBodies } from './streaming/large-bodies.ts';
import { answerUnrouted, collectMethods } from './unrouted.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route counts its own responses, when they start. */
    isStream?: true;
  }
}

export interface BaseAppOptions extends ConnectionLimits {
  readonly source: SourceName;
  readonly observe: Observe;
  readonly trustProxy: readonly string[] | undefined;
}

export interface AppOptions
  extends BaseAppOptions,
    Omit<AnswerRouteOptions, 'prepare' | 'admit'>,
    Omit<HistoryRouteOptions, 'bodies' | 'join'>,
    Omit<LiveRouteOptions, 'prepare' | 'countLongResponse'>,
    RefreshRouteOptions,
    SourcesRouteOptions,
    Omit<VerdictsRouteOptions, 'bodies' | 'join'>,
    Omit<TrackRecordRouteOptions, 'bodies' | 'join'> {
  /** Aborts requests in progress. */
  readonly signal: AbortSignal;
  readonly readSenticryptDay: ReadSenticryptDay;
  /** `undefined` if the metrics have their own port. */
  readonly metrics: MetricsPage | undefined;
}

/** Limits in milliseconds and bytes. */
const SERVER_OPTIONS = {
  /** For receiving the whole request. */
  requestTimeout: 10_000,
  headersTimeout: 5_000,
  keepAliveTimeout: 72_000,
  connectionsCheckingInterval: 1_000,
  maxHeaderSize: 16_384,
  /** `requireHost` rejects a missing host with problem details. */
  requireHostHeader: false,
} as const;

interface BaseApp {
  readonly app: FastifyInstance;
  readonly bodies: SharedBodies;
  readonly countLongResponse: CountLongResponse;
  readonly queue: FairQueue;
  /** What may answer a request without the framework. */
  readonly shortcut: { answer?: AnswerAtOnce };
  /** Adds what the routes of a scope share: large bodies, 404 and 405, and an event per response. */
  readonly addRouteHooks: (scope: FastifyInstance) => void;
}

/** A server without routes: limits, common headers and problem details. */
export function createBaseApp(options: BaseAppOptions): BaseApp {
  const { source, observe } = options;

  function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const { method, url: path } = request;
    const { body, headers } = problemOf(error, method === 'POST');
    const { status } = body;
    const { requestId, text, headers: idHeaders } = withRequestId(body);
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
  const shortcut: BaseApp['shortcut'] = {};
  const app = fastify({
    serverFactory: (handle) =>
      createServer(
        SERVER_OPTIONS,
        answerInTurn((request, response) => {
          detectProxy?.(request);
          if (!shortcut.answer?.(request, response)) handle(request, response);
        }, queue),
      ),
    bodyLimit: 16_384,
    schemaController: SCHEMA_CONTROLLER,
    logger: false,
    // Only errors need an id.
    genReqId: () => '',
    return503OnClosing: false,
    trustProxy: options.trustProxy ? [...options.trustProxy] : false,
    // For a path that cannot be decoded; no hook runs for it.
    frameworkErrors(error, request, reply) {
      addCommonHeaders(request, reply);
      sendProblem(error, request, reply);
      observe({ type: 'responded', route: 'none', status: reply.statusCode, duration: reply.elapsedTime });
    },
    clientErrorHandler: rejectMalformed(common, observe),
  });

  const countLongResponse = limitConnections(app.server, {
    ...options,
    isProxy: networkCheck(options.trustProxy ?? []),
    warn,
  });
  const readRate = requireReadRate(app.server);
  app.addHook('onClose', async () => readRate[Symbol.dispose]());
  app.server.on('checkExpectation', answerInTurn(rejectExpectation(common, observe), queue));
  app.addHook('preClose', async () => {
    isClosing = true;
  });
  app.setErrorHandler(sendProblem);
  app.addHook('onSend', async (request, reply) => addCommonHeaders(request, reply));

  // No route needs a body: an empty one is accepted as JSON.
  const parseJson = app.getDefaultJsonParser('error', 'error');
  app.removeContentTypeParser(['application/json', 'text/plain']);
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body: string, done) =>
    body === '' ? done(null) : parseJson(request, body, done),
  );

  const methodsOf = collectMethods(app);
  omitLengthOfNotModified(app);
  const bodies = createSharedBodies();
  function addRouteHooks(scope: FastifyInstance): void {
    sendLargeBodies(scope, { bodies, countLongResponse, queue });
    answerUnrouted(scope, methodsOf);
    scope.addHook('onResponse', async ({ routeOptions: { url, config } }, reply) => {
      const { statusCode: status, elapsedTime: duration } = reply;
      if (config.isStream && status === 200) return;
      observe({ type: 'responded', route: url ?? 'none', status, duration });
    });
  }
  return { app, bodies, countLongResponse, queue, shortcut, addRouteHooks };
}

/** The server of the service. It opens nothing itself. */
export async function createApp(options: AppOptions): Promise<FastifyInstance> {
  const { source, metrics, signal } = options;
  const { app, bodies, countLongResponse, queue, shortcut, addRouteHooks } = createBaseApp(options);
  const { prepare, closeConnections } = createPreparer(source);
  app.addHook('preClose', async () => closeConnections());
  const document = describeRoutes(app);
  // Outside the scope of the other routes: their hooks would cost it 5 % of its speed.
  const assertNotOverloaded = shedLoad(app, options);
  async function admit(request: FastifyRequest): Promise<void> {
    assertNotOverloaded();
    await queue.admit(clientNetwork(request));
  }
  shortcut.answer = answerRoute(app, { ...options, prepare, admit });
  await app.register(async (others) => {
    addRouteHooks(others);
    // Not queued and never shed: health checks and metrics matter most under overload.
    healthRoutes(others, options);
    if (metrics) metricsRoute(others, { metrics });
    await others.register(async (sheddable) => {
      sheddable.addHook('onRequest', admit);
      senticryptDayRoute(sheddable, options);
      const join = createSharedWork<TaggedBody | TaggedParts>({ ...LIMITS, signal });
      historyRoute(sheddable, { ...options, bodies, join });
      verdictsRoute(sheddable, { ...options, bodies, join });
      trackRecordRoute(sheddable, { ...options, bodies, join });
      liveRoute(sheddable, { ...options, prepare, countLongResponse });
      await refreshRoute(sheddable, options);
      documentRoute(sheddable, document);
      await pageRoutes(sheddable);
      sourcesRoute(sheddable, options);
    });
  });
  return app;
}
