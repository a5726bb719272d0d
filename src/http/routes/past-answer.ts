import type { FastifyReply, FastifyRequest } from 'fastify';
import { answer, type SourceName } from '../../domain/answer.ts';
import type { ReadPastAnswer } from '../../service/past/past-answers.ts';
import { etagOf, matchesEtag } from '../caching/conditional.ts';
import { SHORT_CACHING } from '../caching/prepared-answer.ts';
import { HttpError, RETRY_AFTER } from '../problem.ts';
import { LONG_CACHING, MEDIA_TYPES } from '../query.ts';

export interface PastAnswerOptions {
  readonly source: SourceName;
  readonly readPastAnswer: ReadPastAnswer;
}

const STATUSES = { nothing_known: 503, before_first_sample: 404, samples_deleted: 422 } as const;

/** Answers `GET /is-bitcoin-lit?at=TIME`. It may be called for a client that has left. */
export async function sendPastAnswer(
  at: string,
  request: FastifyRequest,
  reply: FastifyReply,
  { source, readPastAnswer }: PastAnswerOptions,
): Promise<FastifyReply> {
  const { time, kept, missing, isClosed } = await readPastAnswer(at);
  if (!kept) {
    const { code, reason } = missing;
    throw new HttpError(
      STATUSES[code],
      code,
      reason,
      code === 'nothing_known' ? { headers: RETRY_AFTER } : {},
    );
  }
  const body = JSON.stringify(answer(kept.summary, { stale: time > kept.freshUntil, source }));
  const etag = etagOf(body);
  reply.headers({ ETag: etag, 'Cache-Control': isClosed ? LONG_CACHING : SHORT_CACHING });
  if (matchesEtag(request.headers['if-none-match'], etag)) return reply.code(304).send();
  return reply.type(MEDIA_TYPES.json).send(body);
}
