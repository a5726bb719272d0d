import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import Type, { type Static } from 'typebox';
import { TrackRecordSchema } from '../../domain/past/track-record-answer.ts';
import type { Range } from '../../domain/time/range.ts';
import type { TrackRecords } from '../../service/past/track-records.ts';
import { NOT_MODIFIED } from '../caching/conditional.ts';
import { problemResponses } from '../problem.ts';
import { explain, TIME_FORMS, timeParameter } from '../query.ts';
import { RANGE_PROBLEMS, type SharedResponseOptions, sendShared, unlessLeft } from './shared-response.ts';

const DEFAULTS = { from: 'oldest', to: 'now' } as const;

const QuerySchema = Type.Object({
  from: timeParameter(DEFAULTS.from, `The range starts with the hour of this time: ${TIME_FORMS}`, [
    '-1y',
    '2021-01-01',
  ]),
  to: timeParameter(
    DEFAULTS.to,
    'The range ends with the last hour that has ended by this time; same formats as `from`',
    ['now', '2022-01-01'],
  ),
});
type Query = Static<typeof QuerySchema>;

export interface TrackRecordRouteOptions extends SharedResponseOptions {
  readonly trackRecords: TrackRecords;
}

/** `GET /track-record`: what the price did after lit hours, and after others. */
export function trackRecordRoute(app: FastifyInstance, options: TrackRecordRouteOptions): void {
  const { trackRecords } = options;

  const schema = {
    summary: 'The track record of the answer',
    description:
      'How often the price was higher 1 hour, 4 hours, 24 hours and 7 days after lit hours, after hours not lit, and after ' +
      'all hours, with a 95 % interval of the difference. docs/track-record.md explains the method.',
    operationId: 'trackRecord',
    querystring: QuerySchema,
    response: {
      200: { description: 'The record, from the samples that are stored now', ...TrackRecordSchema },
      304: NOT_MODIFIED,
      ...problemResponses(RANGE_PROBLEMS),
    },
  };

  async function* textOf(range: Range, signal: AbortSignal): AsyncGenerator<string> {
    yield JSON.stringify(await trackRecords.read(range, signal));
  }

  async function answer(
    request: FastifyRequest<{ Querystring: Query }>,
    reply: FastifyReply,
  ): Promise<FastifyReply> {
    const { range, isClosed } = await trackRecords.plan({ ...DEFAULTS, ...request.query });
    return sendShared(request, reply, options, {
      key: ['track-record', range.from, range.to],
      pieces: (signal) => textOf(range, signal),
      format: 'json',
      vary: 'Accept-Encoding',
      isClosed,
    });
  }

  app.get<{ Querystring: Query }>(
    '/track-record',
    { schema, schemaErrorFormatter: explain },
    unlessLeft(answer),
  );
}
