import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import Type from 'typebox';
import type { SenticryptDay, SenticryptDays } from '../../service/senticrypt-days.ts';
import { etagOf, isKnown, weak } from '../caching/conditional.ts';
import { SHORT_CACHING } from '../caching/prepared-answer.ts';
import { HttpError, NO_SAMPLE, RETRY_AFTER } from '../problem.ts';
import { problems } from '../problem-responses.ts';

const known = (schema: Type.TSchema, description: string) =>
  Type.Union([schema, Type.Null()], { description: `${description}; null where that is not known` });

const DaySchema = Type.Array(
  Type.Object({
    count: known(Type.Integer({ minimum: 1 }), 'How many headlines the mean is of'),
    timestamp: Type.Number({ description: 'Seconds since the epoch, with a fraction' }),
    rate: known(Type.Number({ minimum: 0 }), 'Headlines a second'),
    last: known(Type.Number({ minimum: -1, maximum: 1 }), 'The score of the newest headline'),
    sum: known(Type.Number(), 'The sum of the scores'),
    mean: Type.Number({
      minimum: -1,
      maximum: 1,
      description: 'The sentiment; of headlines weighted by age',
    }),
    median: known(Type.Number({ minimum: -1, maximum: 1 }), 'The median of the scores'),
    btc_price: Type.String({ description: 'US dollars' }),
  }),
  { description: 'Oldest first' },
);

/** `GET /v1/bitcoin.json`: for clients of SentiCrypt v1, other services of this kind included. */
export function senticryptDayRoute(app: FastifyInstance, { days }: { days: SenticryptDays }): void {
  let last: { readonly day: SenticryptDay; readonly bytes: Buffer; readonly etag: string } | undefined;

  const schema = {
    summary: "The last 24 hours, in SentiCrypt v1's shape",
    description:
      'Samples that have both a price and a sentiment, of the 24 hours that end with the newest sample: for clients of SentiCrypt v1, whose own feed is frozen.',
    operationId: 'senticryptDay',
    response: {
      200: { description: 'The samples', ...DaySchema },
      304: { description: 'Not changed since the version of If-None-Match', type: 'null' },
      ...problems({ 503: 'No sample is kept, or the store fails' }),
    },
  };

  app.get('/v1/bitcoin.json', { schema }, async (request: FastifyRequest, reply: FastifyReply) => {
    const day = await days.read();
    if (!day) throw new HttpError(503, 'nothing_known', NO_SAMPLE, { headers: RETRY_AFTER });
    if (last?.day !== day) last = { day, bytes: Buffer.from(day.body), etag: etagOf(day.body) };
    const { etag, bytes } = last;
    reply.headers({ ETag: weak(etag), 'Cache-Control': SHORT_CACHING, Vary: 'Accept-Encoding' });
    if (isKnown(request.headers['if-none-match'], etag)) return reply.code(304).send();
    return reply.type('application/json; charset=utf-8').send(bytes);
  });
}
