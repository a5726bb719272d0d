import type { FastifyInstance, FastifyReply, FastifyRequest, FastifySchemaValidationError } from 'fastify';
import Type, { type Static } from 'typebox';
import { COLUMNS, FORMATS, type Format, HistorySchema } from '../../domain/history.ts';
import { MOST_BUCKETS, type Span, WIDTH_NAMES } from '../../domain/time/bucket-span.ts';
import type { Histories, HistoryPlan } from '../../service/history.ts';
import { isKnown, weak } from '../caching/conditional.ts';
import { preferredType } from '../caching/content-negotiation.ts';
import type { SharedBodies, TaggedBody } from '../caching/shared-bodies.ts';
import { createSharedWork } from '../limits/shared-work.ts';
import { HttpError } from '../problem.ts';
import { problems } from '../problem-responses.ts';

const DEFAULTS = { from: '-24h', to: 'now', bucket: 'auto' } as const;

const moment = (fallback: string, description: string, examples: readonly string[]) =>
  Type.Optional(
    Type.String({ default: fallback, minLength: 1, maxLength: 64, description, examples: [...examples] }),
  );

const QuerySchema = Type.Object({
  from: moment(
    DEFAULTS.from,
    'The range begins with the bucket of this time: RFC 3339, a date (its midnight in UTC), a time ago (`-7d`; units `m` minutes, `h`, `d`, `w`, `y` of 365 days), `oldest` or `now`',
    ['-7d', '2021-07-08T17:00:00Z', 'oldest'],
  ),
  to: moment(DEFAULTS.to, 'The range ends with the bucket of the last moment before this time; as `from`', [
    'now',
    '2021-07-09T00:00:00+02:00',
  ]),
  bucket: Type.Optional(
    Type.Enum([...WIDTH_NAMES, 'auto'], {
      default: DEFAULTS.bucket,
      description: 'How wide the buckets are. `auto`: the finest that makes at most 600 of them, else `1w`',
    }),
  ),
  format: Type.Optional(
    Type.Enum([...FORMATS], { description: 'Without it `Accept` chooses, and JSON where that says nothing' }),
  ),
});
type Query = Static<typeof QuerySchema>;

/** The framework's own words name no parameter as its user does. */
function explain([fault]: FastifySchemaValidationError[]): Error {
  const name = fault?.instancePath.slice(1) ?? '';
  const { allowedValues } = fault?.params ?? {};
  if (Array.isArray(allowedValues)) {
    return new HttpError(400, 'bad_request', `${name} takes one of ${allowedValues.join(', ')}`);
  }
  const reason = fault?.keyword === 'type' ? 'is there more than once' : 'has to have 1 to 64 characters';
  return new HttpError(400, 'bad_request', `${name} ${reason}`);
}

const MEDIA_TYPES = {
  json: 'application/json; charset=utf-8',
  csv: 'text/csv; charset=utf-8',
} as const satisfies Record<Format, string>;
/** As offered to `Accept`, which may name parameters. */
const OFFERED_CSV = `${MEDIA_TYPES.csv}; header=present`;

/** A change of the samples is there at the next look; nothing of what is closed changes, but by an import or a deletion. */
const CACHING = {
  moving: 'public, max-age=5, stale-while-revalidate=25',
  closed: 'public, max-age=3600, must-revalidate',
} as const;

/**
 * Two are made at a time, each in slices of a millisecond or two: between two turns of the cached answer are at most two.
 */
const HISTORIES = { atOnce: 2, waiting: 64, limit: 15_000 } as const;

export interface HistoryRouteOptions {
  readonly histories: Histories;
  readonly bodies: SharedBodies;
  /** Ends what is under way. */
  readonly signal: AbortSignal;
}

function spanOf(plan: HistoryPlan): Span {
  if (plan.kind === 'span') return plan.span;
  if (plan.kind === 'wrong') throw new HttpError(400, 'bad_request', plan.reason);
  throw new HttpError(422, 'too_many_buckets', plan.reason, plan.fits && { bucket: plan.fits });
}

/** `GET /history`: the averages of any range, in buckets of any of the widths. */
export function historyRoute(app: FastifyInstance, { histories, bodies, signal }: HistoryRouteOptions): void {
  const texts = createSharedWork<TaggedBody>({ ...HISTORIES, signal });

  const schema = {
    summary: 'The history of any range',
    description: `Averages, extremes and counts of the samples in buckets. The range is widened to whole buckets, in UTC, weeks from Monday, and told with them. Buckets without samples are left out. At most ${MOST_BUCKETS} buckets.`,
    operationId: 'history',
    querystring: QuerySchema,
    response: {
      200: {
        description: 'The range as it was widened, and the buckets in it that hold samples',
        content: {
          'application/json': { schema: HistorySchema },
          'text/csv': {
            schema: Type.String({
              description: 'RFC 4180; what is not known is empty',
              examples: [
                `${COLUMNS.join()}\r\n2021-07-07T00:00:00Z,34589.25,34480.1,34710.75,0.3125,2474,2474\r\n`,
              ],
            }),
          },
        },
      },
      304: { description: 'Not changed since the version of If-None-Match', type: 'null' },
      ...problems({
        400: 'A parameter is wrong or there twice, or `from` is not before `to`',
        422: 'There are too many buckets in the range; `bucket` is the finest that fits',
        503: 'The store fails or takes too long, the history is being prepared, or too many ask at a time',
      }),
    },
  };

  async function formatOf({ query, headers }: FastifyRequest<{ Querystring: Query }>): Promise<Format> {
    if (query.format) return query.format;
    return (await preferredType(headers, [MEDIA_TYPES.json, OFFERED_CSV])) === OFFERED_CSV ? 'csv' : 'json';
  }

  async function answer(
    request: FastifyRequest<{ Querystring: Query }>,
    reply: FastifyReply,
  ): Promise<FastifyReply> {
    const leaving = request.signal;
    const format = await formatOf(request);
    const plan = await histories.plan({ ...DEFAULTS, ...request.query });
    const span = spanOf(plan);
    const key = [histories.version(), span.from, span.to, span.bucket, format].join();
    const body = await texts.join(key, (end) => bodies.gather(histories.text(span, format, end)), leaving);
    reply.headers({
      ETag: weak(body.etag),
      Vary: 'Accept, Accept-Encoding',
      'Cache-Control': plan.kind === 'span' && plan.isClosed ? CACHING.closed : CACHING.moving,
    });
    if (isKnown(request.headers['if-none-match'], body.etag)) return reply.code(304).send();
    if (format === 'csv') {
      reply.header('Content-Disposition', `attachment; filename="is-bitcoin-lit-${span.bucket}.csv"`);
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
        // There is nobody to tell.
        return reply.hijack();
      }
    },
  );
}
