import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import Type from 'typebox';
import { nullable } from '../../domain/nullable.ts';
import type { ReadSenticryptDay } from '../../service/senticrypt-day.ts';
import { etagOf, matchesEtag, NOT_MODIFIED, weak } from '../caching/conditional.ts';
import { SHORT_CACHING } from '../caching/prepared-answer.ts';
import { HttpError, NO_SAMPLES, problemResponses, RETRY_AFTER } from '../problem.ts';

const Score = Type.Number({ minimum: -1, maximum: 1 });

export const DaySchema = Type.Array(
  Type.Object({
    count: nullable(Type.Integer({ minimum: 1 }), 'Number of headlines; null if unknown'),
    timestamp: Type.Number({ description: 'Seconds since the epoch, with a fraction' }),
    rate: nullable(Type.Number({ minimum: 0 }), 'Headlines per second; null if unknown'),
    last: nullable(Score, 'Score of the newest headline; null if unknown'),
    sum: nullable(Type.Number(), 'Sum of the scores; null if unknown'),
    mean: Type.Number({
      minimum: -1,
      maximum: 1,
      description: 'The sentiment; headlines are weighted by age',
    }),
    median: nullable(Score, 'Median of the scores; null if unknown'),
    btc_price: Type.String({ description: 'US dollars' }),
  }),
  { description: 'Oldest first' },
);

/** `GET /v1/bitcoin.json`, for clients of SentiCrypt v1, including other instances of this service. */
export function senticryptDayRoute(
  app: FastifyInstance,
  { readSenticryptDay }: { readSenticryptDay: ReadSenticryptDay },
): void {
  let last: { readonly day: string; readonly bytes: Buffer; readonly etag: string } | undefined;

  const schema = {
    summary: 'The last 24 hours, in the format of SentiCrypt v1',
    description:
      'The samples with both a price and a sentiment, of the 24 hours before the newest sample. For clients of SentiCrypt v1, which is no longer updated.',
    operationId: 'senticryptDay',
    response: {
      200: { description: 'The samples', ...DaySchema },
      304: NOT_MODIFIED,
      ...problemResponses({ 503: 'The store holds no samples, or it fails' }),
    },
  };

  app.get('/v1/bitcoin.json', { schema }, async (request: FastifyRequest, reply: FastifyReply) => {
    const day = await readSenticryptDay();
    if (day === undefined) throw new HttpError(503, 'nothing_known', NO_SAMPLES, { headers: RETRY_AFTER });
    if (last?.day !== day) last = { day, bytes: Buffer.from(day), etag: etagOf(day) };
    const { etag, bytes } = last;
    reply.headers({ ETag: weak(etag), 'Cache-Control': SHORT_CACHING, Vary: 'Accept-Encoding' });
    if (matchesEtag(request.headers['if-none-match'], etag)) return reply.code(304).send();
    return reply.type('application/json; charset=utf-8').send(bytes);
  });
}
