import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import Type, { type Static } from 'typebox';
import { TABLE_FORMATS } from '../../domain/history.ts';
import {
  COUNTED_WIDTHS,
  MOST_HOURS,
  SPELL_COLUMNS,
  SpellsSchema,
  VERDICT_COLUMNS,
  VerdictCountsSchema,
  VerdictsSchema,
} from '../../domain/past/verdict.ts';
import { formatTime } from '../../domain/time/time.ts';
import type { Verdicts } from '../../service/past/verdicts.ts';
import { matchesEtag, weak } from '../caching/conditional.ts';
import { SHORT_CACHING } from '../caching/prepared-answer.ts';
import type { SharedBodies, TaggedBody } from '../caching/shared-bodies.ts';
import { createSharedWork } from '../limits/shared-work.ts';
import { problemResponses } from '../problem.ts';
import {
  explain,
  formatOf,
  formatParameter,
  LONG_CACHING,
  MEDIA_TYPES,
  TIME_FORMS,
  timeParameter,
} from '../query.ts';

const DEFAULTS = { from: '-7d', to: 'now', spells: 'false', bucket: '1h' } as const;

const QuerySchema = Type.Object({
  from: timeParameter(DEFAULTS.from, `The range starts with the hour of this time: ${TIME_FORMS}`, [
    '-30d',
    'oldest',
  ]),
  to: timeParameter(
    DEFAULTS.to,
    'The range ends with the last hour that has ended by this time; same formats as `from`',
    ['now', '2021-07-09T00:00:00+02:00'],
  ),
  spells: Type.Optional(
    Type.Enum(['true', 'false'], {
      default: DEFAULTS.spells,
      description: 'Whether to return runs of consecutive hours with the same verdict instead of hours',
    }),
  ),
  bucket: Type.Optional(
    Type.Enum([...COUNTED_WIDTHS], {
      default: DEFAULTS.bucket,
      description: 'With more than an hour, the verdicts of each bucket are counted. Not with `spells`',
    }),
  ),
  format: formatParameter(TABLE_FORMATS),
});
type Query = Static<typeof QuerySchema>;

const LIMITS = { maxRunning: 2, maxWaiting: 64, deadlineMs: 15_000 } as const;

export interface VerdictsRouteOptions {
  readonly verdicts: Verdicts;
  /** Changes whenever this process learns of a change. */
  readonly version: () => number;
  readonly bodies: SharedBodies;
  /** Aborts requests in progress. */
  readonly signal: AbortSignal;
}

/** `GET /verdicts`: the answer at the end of each hour. */
export function verdictsRoute(app: FastifyInstance, options: VerdictsRouteOptions): void {
  const { verdicts, version, bodies, signal } = options;
  const join = createSharedWork<TaggedBody>({ ...LIMITS, signal });

  const schema = {
    summary: 'The answer at the end of each hour',
    description: `For each hour that has ended and holds a sample: the answer at its last millisecond, from the samples at or before it that are stored now. At most ${MOST_HOURS} hours or buckets; for the rest, request from \`next\`, which the header \`Link\` also has.`,
    operationId: 'verdicts',
    querystring: QuerySchema,
    response: {
      200: {
        description: 'The hours that the response covers, and their verdicts or spells',
        content: {
          'application/json': { schema: Type.Union([VerdictsSchema, SpellsSchema, VerdictCountsSchema]) },
          'text/csv': {
            schema: Type.String({
              description: `RFC 4180; unknown values are empty. With \`spells\`: ${SPELL_COLUMNS.join()}`,
              examples: [
                `${VERDICT_COLUMNS.join()}\r\n2021-07-07T00:00:00Z,lit,rising,rising,34589.25,0.3125\r\n`,
              ],
            }),
          },
        },
      },
      304: { description: 'Unchanged since the version in If-None-Match', type: 'null' },
      ...problemResponses({
        400: 'A parameter is invalid or given twice, or `from` is not before `to`',
        503: 'The store fails or takes too long, or there are too many requests at once',
      }),
    },
  };

  async function answer(
    request: FastifyRequest<{ Querystring: Query }>,
    reply: FastifyReply,
  ): Promise<FastifyReply> {
    const format = await formatOf(request, TABLE_FORMATS);
    const { spells, ...query } = { ...DEFAULTS, ...request.query };
    const plan = await verdicts.plan({ ...query, spells: spells === 'true' });
    const { kind, bucket, range, next, isClosed } = plan;
    const key = [version(), range.from, range.to, next, kind, bucket, format].join();
    const body = await join(key, (end) => bodies.gather(verdicts.text(plan, format, end)), request.signal);
    reply.headers({
      ETag: weak(body.etag),
      Vary: 'Accept, Accept-Encoding',
      'Cache-Control': isClosed ? LONG_CACHING : SHORT_CACHING,
    });
    if (next !== undefined) {
      const rest = new URLSearchParams({ ...request.query, from: formatTime(next) });
      reply.header('Link', `<?${rest}>; rel="next"`);
    }
    if (matchesEtag(request.headers['if-none-match'], body.etag)) return reply.code(304).send();
    if (format === 'csv') {
      reply.header('Content-Disposition', `attachment; filename="is-bitcoin-lit-${kind}.csv"`);
    }
    return reply.type(MEDIA_TYPES[format]).send(body.bytes);
  }

  app.get<{ Querystring: Query }>(
    '/verdicts',
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
