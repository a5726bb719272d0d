import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import Type from 'typebox';
import type { SourceName } from '../../domain/answer.ts';
import type { SenticryptDay, SenticryptDays } from '../../service/senticrypt-day.ts';
import { isKnown } from '../etag.ts';
import { type PreparedBody, prepareBody } from '../prepared.ts';
import { HttpError, NO_SAMPLE, RETRY_AFTER } from '../problem.ts';
import { problems } from '../responses.ts';

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

/** `GET /v1/bitcoin.json`: for whoever reads SentiCrypt v1, another service of this kind included. */
export function senticryptDayRoute(
  app: FastifyInstance,
  { days, source }: { days: SenticryptDays; source: SourceName },
): void {
  let last: { day: SenticryptDay; prepared: PreparedBody } | undefined;

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
    if (last?.day !== day) last = { day, prepared: prepareBody(day.body, source) };
    const { etag, body, headers, unchangedHeaders } = last.prepared;
    reply.hijack();
    if (isKnown(request.raw.headers['if-none-match'], etag)) reply.raw.writeHead(304, unchangedHeaders).end();
    else reply.raw.writeHead(200, headers).end(body);
  });
}
