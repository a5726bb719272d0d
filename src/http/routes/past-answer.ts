import type { FastifyReply, FastifyRequest } from 'fastify';
import { answer, type SourceName } from '../../domain/answer.ts';
import type { ReadPastAnswer } from '../../service/past/past-answers.ts';
import { etagOf, matchesEtag } from '../caching/conditional.ts';
import { SHORT_CACHING } from '../caching/prepared-answer.ts';
import { HttpError, NO_SAMPLES, RETRY_AFTER } from '../problem.ts';
import { LONG_CACHING, MEDIA_TYPES } from '../query.ts';

export interface PastAnswerOptions {
  readonly source: SourceName;
  readonly readPastAnswer: ReadPastAnswer;
}

/** Answers `GET /is-bitcoin-lit?at=TIME`. It may be called for a client that has left. */
export async function sendPastAnswer(
  at: string,
  request: FastifyRequest,
  reply: FastifyReply,
  { source, readPastAnswer }: PastAnswerOptions,
): Promise<FastifyReply> {
  const { time, kept, missing, isClosed } = await readPastAnswer(at);
  if (!kept) {
    if (missing && !missing.isEmpty) throw new HttpError(404, 'before_first_sample', missing.reason);
    throw new HttpError(503, 'nothing_known', NO_SAMPLES, { headers: RETRY_AFTER });
  }
  const body = JSON.stringify(answer(kept.summary, { stale: time > kept.freshUntil, source }));
  const etag = etagOf(body);
  reply.headers({ ETag: etag, 'Cache-Control': isClosed ? LONG_CACHING : SHORT_CACHING });
  if (matchesEtag(request.headers['if-none-match'], etag)) return reply.code(304).send();
  return reply.type(MEDIA_TYPES.json).send(body);
}
