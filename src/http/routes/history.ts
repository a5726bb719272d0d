import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import Type, { type Static } from 'typebox';
import { COLUMNS, FORMATS, HistorySchema } from '../../domain/history.ts';
import { MOST_BUCKETS, WIDTH_NAMES } from '../../domain/time/bucket-span.ts';
import { formatTime } from '../../domain/time/time.ts';
import type { Histories, HistoryPlan } from '../../service/history.ts';
import { matchesEtag, weak } from '../caching/conditional.ts';
import { SHORT_CACHING } from '../caching/prepared-answer.ts';
import type { SharedBodies, TaggedBody } from '../caching/shared-bodies.ts';
import { createSharedWork } from '../limits/shared-work.ts';
import { HttpError, problemResponses } from '../problem.ts';
import {
  explain,
  formatOf,
  formatParameter,
  LONG_CACHING,
  MEDIA_TYPES,
  TIME_FORMS,
  timeParameter,
} from '../query.ts';

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

/** Histories are built in slices of one or two milliseconds: at most two run between two turns of the cached answer. */
const LIMITS = { maxRunning: 2, maxWaiting: 64, deadlineMs: 15_000 } as const;

export interface HistoryRouteOptions {
  readonly histories: Histories;
  readonly bodies: SharedBodies;
  /** Aborts requests in progress. */
  readonly signal: AbortSignal;
}

/** The query of the next page (RFC 8288). It names its times, so that all pages belong to one range. */
function nextLink({ span, rest }: HistoryPlan, { format }: Query): string | undefined {
  if (!rest) return undefined;
  const [from, to] = [rest.from, rest.to].map(formatTime);
  const query = new URLSearchParams({
    from: from ?? '',
    to: to ?? '',
    bucket: span.bucket,
    ...(format && { format }),
  });
  return `<?${query}>; rel="next"`;
}

function refuseTrimmed({ trimmedBefore }: HistoryPlan): void {
  if (trimmedBefore === undefined) return;
  const bucket = '1h';
  const before = `the samples before ${formatTime(trimmedBefore)} were deleted, and only averages of hours remain`;
  throw new HttpError(422, 'samples_deleted', `${before}; the finest bucket is ${bucket}`, { bucket });
}

/** `GET /history`: averages over any range, in buckets. */
export function historyRoute(app: FastifyInstance, { histories, bodies, signal }: HistoryRouteOptions): void {
  const join = createSharedWork<TaggedBody>({ ...LIMITS, signal });

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
      304: { description: 'Unchanged since the version in If-None-Match', type: 'null' },
      ...problemResponses({
        400: 'A parameter is invalid or given twice, or `from` is not before `to`',
        422: 'Samples of the range were deleted (`RETENTION`), and the buckets are finer than an hour; `bucket` is the finest that remains',
        503: 'The store fails or takes too long, or there are too many requests at once',
      }),
    },
  };

  async function answer(
    request: FastifyRequest<{ Querystring: Query }>,
    reply: FastifyReply,
  ): Promise<FastifyReply> {
    const leaving = request.signal;
    const format = await formatOf(request, FORMATS);
    const plan = await histories.plan({ ...DEFAULTS, ...request.query });
    refuseTrimmed(plan);
    const { span, isClosed } = plan;
    const key = [histories.version(), span.from, span.to, span.bucket, format].join();
    const body = await join(key, (end) => bodies.gather(histories.content(span, format, end)), leaving);
    reply.headers({
      ETag: weak(body.etag),
      Vary: 'Accept, Accept-Encoding',
      'Cache-Control': isClosed ? LONG_CACHING : SHORT_CACHING,
    });
    const link = nextLink(plan, request.query);
    if (link) reply.header('Link', link);
    if (matchesEtag(request.headers['if-none-match'], body.etag)) return reply.code(304).send();
    if (format !== 'json') {
      reply.header('Content-Disposition', `attachment; filename="is-bitcoin-lit-${span.bucket}.${format}"`);
    }
    return reply.type(MEDIA_TYPES[format]).send(body.bytes);
  }

  app.get<{ Querystring: Query }>(
    '/history',
    { schema, schemaErrorFormatter: explain },
    async (request, reply) => {
      try {
        return await answer(request, reply);
      } catch (error) {
        if (!request.signal.aborted) throw error;
        // The client has left.
        return reply.hijack();
      }
    },
  );
}
