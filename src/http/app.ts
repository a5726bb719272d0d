import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import compress from '@fastify/compress';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { SourceName } from '../domain/answer.ts';
import type { Observe } from '../service/observer.ts';
import type { Readiness } from '../service/readiness.ts';
import type { Refresh } from '../service/refresh.ts';
import type { Summaries } from '../service/summary.ts';
import { CORS_HEADERS, commonHeaders } from './headers.ts';
import { answerUnrouted } from './methods.ts';
import { HttpError, PROBLEM_TYPE, problem, problemOf } from './problem.ts';
import { answerRoute } from './routes/answer.ts';
import { describeRoutes, docsRoutes } from './routes/docs.ts';
import { healthRoutes } from './routes/health.ts';
import { homeRoute } from './routes/home.ts';
import { refreshRoute } from './routes/refresh.ts';

export interface AppOptions {
  readonly summaries: Summaries;
  readonly refresh: Refresh;
  readonly readiness: Readiness;
  readonly source: SourceName;
  readonly clock: () => number;
  readonly observe: Observe;
  readonly refreshToken: string | undefined;
  readonly rateLimit: number;
  readonly trustProxy: readonly string[] | undefined;
}

/** Bounds on what a client may take of the server: milliseconds and bytes. */
const LIMITS = {
  /** Until a whole request is there. */
  requestTimeout: 10_000,
  /** Without a byte in either direction: longer than a refresh may take. */
  connectionTimeout: 90_000,
  keepAliveTimeout: 72_000,
  bodyLimit: 16_384,
  http: { maxHeaderSize: 16_384, headersTimeout: 5_000, connectionsCheckingInterval: 1_000 },
} as const;

/** What is not HTTP, or too much of it, never becomes a request: the answer goes straight to the socket. */
function refuseMalformed(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const statuses: Record<string, number> = { HPE_HEADER_OVERFLOW: 431, ERR_HTTP_REQUEST_TIMEOUT: 408 };
  const status = statuses[error.code ?? ''] ?? 400;
  const body = JSON.stringify(
    problem(status, 'malformed_request', 'this is no HTTP request that can be read'),
  );
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    `Content-Type: ${PROBLEM_TYPE}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

/** The service's door. Everything that it needs is an argument; it opens nothing. */
export async function createApp(options: AppOptions): Promise<FastifyInstance> {
  const { source, observe } = options;

  function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const { body, headers } = problemOf(error);
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
  function addCommonHeaders(request: FastifyRequest, reply: FastifyReply): void {
    reply.headers(common);
    if (request.method === 'GET' || request.method === 'HEAD') reply.headers(CORS_HEADERS);
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
    clientErrorHandler: refuseMalformed,
  });

  app.setErrorHandler(sendProblem);
  app.addHook('onSend', async (request, reply) => addCommonHeaders(request, reply));

  answerUnrouted(app);
  await app.register(compress, { threshold: 1024, encodings: ['br', 'gzip'] });
  await describeRoutes(app);
  homeRoute(app, options);
  answerRoute(app, options);
  await refreshRoute(app, {
    refresh: options.refresh,
    token: options.refreshToken,
    rateLimit: options.rateLimit,
  });
  healthRoutes(app, options);
  await docsRoutes(app);
  return app;
}
