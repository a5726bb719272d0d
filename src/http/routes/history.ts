import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import Type, { type Static } from 'typebox';
import { COLUMNS, FORMATS, HistorySchema } from '../../domain/history.ts';
import { MOST_BUCKETS, WIDTH_NAMES } from '../../domain/time/bucket-span.ts';
import { formatTime } from '../../domain/time/time.ts';
import type { Histories, HistoryPlan } from '../../service/history.ts';
import { NOT_MODIFIED } from '../caching/conditional.ts';
import { HttpError, problemResponses } from '../problem.ts';
import { explain, formatOf, formatParameter, TIME_FORMS, timeParameter } from '../query.ts';
import { RANGE_PROBLEMS, type SharedResponseOptions, sendShared, unlessLeft } from './shared-response.ts';

const DEFAULTS = { from: '-24h', to: 'now', bucket: 'auto' } as const;

const QuerySchema = Type.Object({
  from: timeParameter(DEFAULTS.from, `The range starts with the bucket of this time: ${TIME_FORMS}`, [
    '-7d',
    '2021-07-08T17:00:00Z',
    'oldest',
  ]),
  to: timeParameter(
    DEFAULTS.to,
    'The range ends with the bucket of the last moment before this time; same formats as `from`',
    ['now', '2021-07-09T00:00:00+02:00'],
  ),
  bucket: Type.Optional(
    Type.Enum([...WIDTH_NAMES, 'auto'], {
      default: DEFAULTS.bucket,
      description: 'The width of the buckets. `auto`: the finest that gives at most 600 buckets, else `1w`',
    }),
  ),
  format: formatParameter(FORMATS),
});
type Query = Static<typeof QuerySchema>;

export interface HistoryRouteOptions extends SharedResponseOptions {
  readonly histories: Histories;
}

function refuseTrimmed({ trimmedBefore }: HistoryPlan): void {
  if (trimmedBefore === undefined) return;
  const bucket = '1h';
  const before = `the samples before ${formatTime(trimmedBefore)} were deleted, and only averages of hours remain`;
  throw new HttpError(422, 'samples_deleted', `${before}; the finest bucket is ${bucket}`, { bucket });
}

/** `GET /history`: averages over any range, in buckets. */
export function historyRoute(app: FastifyInstance, options: HistoryRouteOptions): void {
  const { histories } = options;

  const schema = {
    summary: 'The history of any range',
    description: `Averages, extremes and counts of the samples in buckets. The range is widened to whole buckets, in UTC, with weeks from Monday; the response contains the widened range. Buckets without samples are omitted. Where samples were deleted (RETENTION), only buckets of an hour or more remain. If a range has more than ${MOST_BUCKETS} buckets, the response has the first ${MOST_BUCKETS} from the oldest sample on, and a \`Link\` header with \`rel="next"\` leads to the next ones.`,
    operationId: 'history',
    querystring: QuerySchema,
    response: {
      200: {
        description: 'The widened range, and its buckets that hold samples',
        content: {
          'application/json': { schema: HistorySchema },
          'text/csv': {
            schema: Type.String({
              description: 'RFC 4180; unknown values are empty',
              examples: [
                `${COLUMNS.join()}\r\n2021-07-07T00:00:00Z,34589.25,34480.1,34710.75,0.3125,2474,2474\r\n`,
              ],
            }),
          },
          'application/x-ndjson': {
            schema: Type.String({ description: 'A bucket of the JSON format on each line' }),
          },
          'application/vnd.apache.parquet': {
            schema: Type.String({
              contentMediaType: 'application/vnd.apache.parquet',
              description: 'The columns of CSV; times in milliseconds and UTC, unknown values null',
            }),
          },
        },
      },
      304: NOT_MODIFIED,
      ...problemResponses({
        ...RANGE_PROBLEMS,
        422: 'Samples of the range were deleted (`RETENTION`), and the buckets are finer than an hour; `bucket` is the finest that remains',
      }),
    },
  };

  async function answer(
    request: FastifyRequest<{ Querystring: Query }>,
    reply: FastifyReply,
  ): Promise<FastifyReply> {
    const format = await formatOf(request, FORMATS);
    const plan = await histories.plan({ ...DEFAULTS, ...request.query });
    refuseTrimmed(plan);
    const { span, rest, isClosed } = plan;
    return sendShared(request, reply, options, {
      key: ['history', span.from, span.to, span.bucket],
      pieces: (signal) => histories.content(span, format, signal),
      format,
      vary: 'Accept, Accept-Encoding',
      isClosed,
      next: rest && {
        from: formatTime(rest.from),
        to: formatTime(rest.to),
        bucket: span.bucket,
        ...(request.query.format && { format }),
      },
      fileName: span.bucket,
    });
  }

  app.get<{ Querystring: Query }>('/history', { schema, schemaErrorFormatter: explain }, unlessLeft(answer));
}
