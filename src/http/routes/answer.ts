import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import Type, { type Static } from 'typebox';
import { AnswerSchema } from '../../domain/answer.ts';
import type { SummaryWithFreshness } from '../../domain/summary.ts';
import type { Observe, ReadCounts } from '../../service/observer.ts';
import type { Readiness } from '../../service/readiness.ts';
import type { Summaries } from '../../service/summary.ts';
import { matchesEtag, NOT_MODIFIED } from '../caching/conditional.ts';
import type { Prepare } from '../caching/prepared-answer.ts';
import { HttpError, NO_SAMPLES, problemOf, problemResponses, RETRY_AFTER } from '../problem.ts';
import { explain, TIME_FORMS, timeParameter } from '../query.ts';
import { requireHost } from '../unrouted.ts';
import { type PastAnswerOptions, sendPastAnswer } from './past-answer.ts';

const PATH = '/is-bitcoin-lit';

const QuerySchema = Type.Object({
  at: timeParameter(
    undefined,
    `The time of the answer: ${TIME_FORMS}. It uses the samples at or before this time that are stored now. Without it, the current answer`,
    ['2021-07-08T17:00:00Z', '-7d'],
  ),
});

export interface AnswerRouteOptions extends PastAnswerOptions {
  readonly summaries: Summaries;
  readonly readiness: Readiness;
  readonly prepare: Prepare;
  readonly clock: () => number;
  /** Incremented with every answer. */
  readonly reads: ReadCounts;
  readonly observe: Observe;
  /** Resolves when a request that reads the store may start. @throws HttpError under overload. */
  readonly admit: (request: FastifyRequest) => Promise<void>;
}

/** Answers a request if it can do so at once; otherwise, it returns false, and the framework handles the request. */
export type AnswerAtOnce = (request: IncomingMessage, response: ServerResponse) => boolean;

/** `GET /is-bitcoin-lit`: prepared bytes that bypass the framework, which would cost a tenth of the speed. */
export function answerRoute(app: FastifyInstance, options: AnswerRouteOptions): AnswerAtOnce {
  const { summaries, readiness, prepare, clock, reads, observe, admit } = options;

  const schema = {
    summary: 'Is Bitcoin lit?',
    description:
      'The hourly averages of the last three hours of data, and the direction of each. ' +
      'If `stale` is true, the answer is about the time `as_of`: say "was lit", not "is lit".',
    operationId: 'isBitcoinLit',
    querystring: QuerySchema,
    response: {
      200: { description: 'The answer, with the age of its data', ...AnswerSchema },
      304: NOT_MODIFIED,
      ...problemResponses({
        400: '`at` is not a time, or in the future',
        404: 'There is no sample at or before `at`',
        422: 'The samples of the three hours before `at` were deleted (`RETENTION`)',
        503: 'The store holds no samples, or has been unavailable ever since the service started',
      }),
    },
  };

  function write(
    latest: SummaryWithFreshness,
    now: number,
    request: IncomingMessage,
    response: ServerResponse,
  ): void {
    const { isStale, etag, body, headers, notModifiedHeaders } = prepare(latest, now);
    if (isStale) reads.stale += 1;
    if (matchesEtag(request.headers['if-none-match'], etag)) {
      reads.notModified += 1;
      response.writeHead(304, notModifiedHeaders).end();
    } else {
      reads.full += 1;
      response.writeHead(200, headers).end(body);
    }
  }

  function noSamples(): HttpError {
    const troubles = readiness.troubles();
    const detail = [NO_SAMPLES, ...troubles.map(({ reason }) => reason)].join('; ');
    return new HttpError(503, 'nothing_known', detail, { headers: RETRY_AFTER, troubles });
  }

  const observeResponse = (status: number, { elapsedTime }: FastifyReply) =>
    observe({ type: 'responded', route: PATH, status, duration: elapsedTime });

  async function observeFailure<T>(work: Promise<T>, reply: FastifyReply): Promise<T> {
    try {
      return await work;
    } catch (error) {
      observeResponse(problemOf(error, false).body.status, reply);
      throw error;
    }
  }

  async function readAndWrite(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const latest = await summaries.read();
    if (!latest) throw noSamples();
    reads.missed += 1;
    reply.hijack();
    write(latest, clock(), request.raw, reply.raw);
  }

  async function sendPast(at: string, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    await admit(request);
    await sendPastAnswer(at, request, reply, options);
    observeResponse(reply.statusCode, reply);
    return reply;
  }

  app.get<{ Querystring: Static<typeof QuerySchema> }>(
    PATH,
    { schema, schemaErrorFormatter: explain },
    (request, reply) => {
      requireHost(request.raw);
      const { at } = request.query;
      if (at !== undefined) return observeFailure(sendPast(at, request, reply), reply);
      const now = clock();
      const latest = summaries.unexpired(now);
      if (!latest) return observeFailure(readAndWrite(request, reply), reply);
      reply.hijack();
      write(latest, now, request.raw, reply.raw);
    },
  );

  return (request, response) => {
    if (request.url !== PATH || request.method !== 'GET' || request.headers.host === undefined) return false;
    const now = clock();
    const latest = summaries.unexpired(now);
    if (latest) write(latest, now, request, response);
    return latest !== undefined;
  };
}
